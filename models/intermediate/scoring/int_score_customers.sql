with

customer_days as (

    select * from {{ ref('int_customer_days') }}

),

-- today, the day one period ago, and the day two periods ago
days as (

    select
        as_of_date as day_0_date,
        {% for periods_back in [1, 2] -%}
        cast({{ dbt.dateadd('month', -periods_back * var('score_period_months'), 'as_of_date') }} as date)
            as day_{{ periods_back }}_date{{ ',' if not loop.last }}
        {% endfor %}

    from {{ ref('int_as_of_date') }}

),

-- one pass over the days for all three
summed as (

    select
        customer_days.customer_id,
        {% for periods_back in range(3) -%}
        {%- set known = 'customer_days.order_date <= days.day_' ~ periods_back ~ '_date' -%}
        max(days.day_{{ periods_back }}_date) as day_{{ periods_back }}_date,
        max(customer_days.order_date) filter (where {{ known }} and customer_days.order_count > 0) as last_{{ periods_back }},
        min(customer_days.order_date) filter (where {{ known }} and customer_days.order_count > 0) as first_{{ periods_back }},
        sum(customer_days.order_count) filter (where {{ known }}) as order_count_{{ periods_back }},
        sum(customer_days.monetary_value) filter (where {{ known }}) as monetary_value_{{ periods_back }},
        max(customer_days.max_order_value) filter (where {{ known }}) as max_order_value_{{ periods_back }}{{ ',' if not loop.last }}
        {% endfor %}

    from customer_days
    cross join days
    group by customer_days.customer_id

),

stacked as (

    {% for periods_back in range(3) -%}
    select
        customer_id,
        {{ periods_back }} as periods_back,
        day_{{ periods_back }}_date as as_of_date,
        last_{{ periods_back }} as last_order_date,
        first_{{ periods_back }} as first_order_date,
        cast(order_count_{{ periods_back }} as bigint) as order_count,
        monetary_value_{{ periods_back }} as monetary_value,
        max_order_value_{{ periods_back }} as max_order_value,
        {% if periods_back -%}
        order_count_{{ periods_back - 1 }} > order_count_{{ periods_back }} as is_active_next_period,
        monetary_value_{{ periods_back - 1 }} - monetary_value_{{ periods_back }} as next_period_value
        {%- else -%}
        cast(null as boolean) as is_active_next_period,
        cast(null as decimal(38, 4)) as next_period_value
        {%- endif %}
    from summed
    where order_count_{{ periods_back }} > 0
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

aged as (

    select
        {{ combined_key(['customer_id', 'periods_back']) }} as customer_period_key,
        customer_id,
        periods_back,
        as_of_date,
        {{ dbt.datediff('last_order_date', 'as_of_date', 'day') }} + 1 as recency_days,
        {{ dbt.datediff('first_order_date', 'as_of_date', 'day') }} + 1 as first_order_age_days,
        order_count,
        cast(monetary_value as double) / order_count as mean_order_value,
        cast(max_order_value as double) as max_order_value,
        is_active_next_period,
        cast(next_period_value as double) as next_period_value

    from stacked

)

select * from aged
