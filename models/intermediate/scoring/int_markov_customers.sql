with

beginnings as (

    select * from {{ ref('int_markov_beginnings') }}

),

-- who comes goes where the newcomers of the last period have gone, and as many are to come again
movements as (

    select
        markov_run,
        start_segment,
        end_segment,
        migration_share

    from {{ ref('int_markov_migrations') }}

    union all

    select
        markov_run,
        segment as start_segment,
        segment as end_segment,
        cast(1 as double) as migration_share

    from beginnings
    where segment = 'not_yet_a_customer'

),

period_0 as (

    select
        markov_run,
        segment,
        customers

    from beginnings

),

-- customers are decimals: sums of doubles would depend on the order in which threads finish
{% for period_number in range(1, var('markov_periods') + 1) -%}
period_{{ period_number }} as (

    select
        past.markov_run,
        movements.end_segment as segment,
        cast(sum(cast(past.customers * movements.migration_share as decimal(18, 8))) as decimal(18, 8)) as customers

    from period_{{ period_number - 1 }} as past
    inner join movements
        on
            past.markov_run = movements.markov_run
            and past.segment = movements.start_segment
    group by past.markov_run, movements.end_segment

),

{% endfor -%}
periods as (

    {% for period_number in range(var('markov_periods') + 1) -%}
    select
        {{ combined_key(['markov_run', period_number, 'segment']) }} as markov_customers_key,
        markov_run,
        {{ period_number }} as period_number,
        segment,
        customers
    from period_{{ period_number }}
    where segment <> 'not_yet_a_customer'
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from periods
