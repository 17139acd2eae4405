with

migrations as (

    select *
    from {{ ref('int_markov_migrations') }}
    where markov_run = 'forecast'

),

periods as (

    {% for period_number in range(var('markov_periods') + 1) -%}
    select {{ period_number }} as period_number
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- one row, whether there are migrations or not
known as (

    select
        count(*) filter (where start_segment <> 'not_yet_a_customer') as movement_count,
        count(*) filter (where is_assumed) as assumed_count,
        {% if var('markov_inflow_customers') == 'auto' -%}
        coalesce(sum(customers) filter (where start_segment = 'not_yet_a_customer'), 0) as new_customers
        {%- else -%}
        {{ var('markov_inflow_customers') }}
        * coalesce(max(1) filter (where start_segment = 'not_yet_a_customer'), 0) as new_customers
        {%- endif %}

    from migrations

),

final as (

    select
        periods.period_number,
        case
            when known.movement_count = 0 then null
            when periods.period_number = 0 then 0
            else known.new_customers
        end as new_customers,
        1 / power(cast(1 + {{ var('markov_discount_rate') }} as double), periods.period_number) as discount_factor,
        case
            when known.movement_count = 0 then 'fallback'
            when known.assumed_count > 0 then 'warn'
            else 'ok'
        end as status,
        case
            when known.movement_count = 0
                then 'No customers are known of {{ var("markov_period_months") }} months before the last full month.'
            when known.assumed_count > 0
                then
                    'Some segments had nobody a period before, so that their customers are taken to stay: '
                    || cast(known.assumed_count as {{ dbt.type_string() }})
                    || '.'
        end as status_reason

    from periods
    cross join known

)

select * from final
