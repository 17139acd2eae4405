with

horizons as (

    select * from {{ ref('int_markov_horizons') }}

),

migrations as (

    select * from {{ ref('int_markov_migrations') }}

),

segments as (

    select *
    from {{ ref('fct_segment_revenue') }}
    where
        segmentation = 'managerial'
        and migration_months = {{ var('markov_period_months') }}
        and segment_timing = 'end'

),

-- so many come in every period; the backtest is about those who were there
newcomers as (

    select
        markov_run,
        'not_yet_a_customer' as segment,
        {% if var('markov_inflow_customers') == 'auto' -%}
        coalesce(sum(customers) filter (where start_segment = 'not_yet_a_customer'), 0) as customers
        {%- else -%}
        {{ var('markov_inflow_customers') }} as customers
        {%- endif %}

    from migrations
    where markov_run = 'forecast'
    group by markov_run
    having count(*) filter (where start_segment <> 'not_yet_a_customer') > 0

),

beginnings as (

    select
        horizons.markov_run,
        segments.segment,
        cast(segments.customers as decimal(18, 8)) as customers

    from horizons
    inner join segments
        on horizons.from_date = segments.end_date

    union all

    select
        markov_run,
        segment,
        cast(customers as decimal(18, 8)) as customers

    from newcomers

),

keyed as (

    select
        {{ combined_key(['markov_run', 'segment']) }} as markov_beginning_key,
        *

    from beginnings

)

select * from keyed
