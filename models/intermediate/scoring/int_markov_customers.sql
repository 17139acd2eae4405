{#- Customers are decimals: sums of doubles would depend on the order in which threads finish. -#}
{%- set customers = 'cast(sum(cast(%s as decimal(18, 8))) as decimal(18, 8))' -%}
with

horizons as (

    select * from {{ ref('int_markov_horizons') }}

),

migrations as (

    select * from {{ ref('int_markov_migrations') }}

),

segments as (

    select * from {{ ref('fct_segment_revenue') }}

),

movements as (

    select *
    from migrations
    where start_segment <> 'not_yet_a_customer'

),

-- new customers go where those of the last period have gone; the backtest is about those who were there
inflow as (

    select
        markov_run,
        end_segment as segment,
        {% if var('markov_inflow_customers') == 'auto' -%}
        cast(customers as double) as customers
        {%- else -%}
        migration_share * {{ var('markov_inflow_customers') }} as customers
        {%- endif %}

    from migrations
    where
        markov_run = 'forecast'
        and start_segment = 'not_yet_a_customer'
        and markov_run in (select markov_run from movements)

),

period_0 as (

    select
        horizons.markov_run,
        segments.segment,
        cast(segments.customers as decimal(18, 8)) as customers

    from horizons
    inner join segments
        on horizons.from_date = segments.end_date
    where
        segments.segmentation = 'managerial'
        and segments.migration_months = {{ var('markov_period_months') }}
        and segments.segment_timing = 'end'

),

{% for period_number in range(1, var('markov_periods') + 1) -%}
moved_{{ period_number }} as (

    select
        before.markov_run,
        movements.end_segment as segment,
        before.customers * movements.migration_share as customers

    from period_{{ period_number - 1 }} as before
    inner join movements
        on
            before.markov_run = movements.markov_run
            and before.segment = movements.start_segment

    union all

    select * from inflow

),

period_{{ period_number }} as (

    select
        markov_run,
        segment,
        {{ customers % 'customers' }} as customers

    from moved_{{ period_number }}
    group by markov_run, segment

),

{% endfor -%}
periods as (

    {% for period_number in range(var('markov_periods') + 1) -%}
    select
        markov_run,
        {{ period_number }} as period_number,
        segment,
        customers
    from period_{{ period_number }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

keyed as (

    select
        {{ combined_key(['markov_run', 'period_number', 'segment']) }} as markov_customers_key,
        *

    from periods

)

select * from keyed
