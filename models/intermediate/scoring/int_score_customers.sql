with

customer_days as (

    select * from {{ ref('int_customer_days') }}

),

as_of as (

    select * from {{ ref('int_as_of_date') }}

),

-- what is known on a day, and what comes in the period that follows it; of today's that is not known
periods as (

    {% for periods_back in range(3) -%}
    {%- set months = -periods_back * var('score_period_months') -%}
    {%- set months_later = [months + var('score_period_months'), 0] | min -%}
    select
        {{ periods_back }} as periods_back,
        cast({{ dbt.dateadd('month', months, 'as_of_date') }} as date) as known_date,
        cast({{ dbt.dateadd('month', months_later, 'as_of_date') }} as date) as until_date
    from as_of
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

told_apart as (

    select
        customer_days.*,
        periods.periods_back,
        periods.known_date,
        customer_days.order_date <= periods.known_date as is_known

    from customer_days
    inner join periods
        on customer_days.order_date <= periods.until_date

),

summed as (

    select
        customer_id,
        periods_back,
        known_date,
        max(order_date) filter (where is_known and order_count > 0) as last_order_date,
        min(order_date) filter (where is_known and order_count > 0) as first_order_date,
        cast(sum(order_count) filter (where is_known) as bigint) as order_count,
        sum(monetary_value) filter (where is_known) as monetary_value,
        max(max_order_value) filter (where is_known) as max_order_value,
        sum(order_count) filter (where not is_known) as next_period_orders,
        sum(monetary_value) filter (where not is_known) as next_period_value

    from told_apart
    group by customer_id, periods_back, known_date

),

aged as (

    select
        {{ combined_key(['customer_id', 'periods_back']) }} as customer_period_key,
        customer_id,
        periods_back,
        known_date as as_of_date,
        {{ dbt.datediff('last_order_date', 'known_date', 'day') }} + 1 as recency_days,
        {{ dbt.datediff('first_order_date', 'known_date', 'day') }} + 1 as first_order_age_days,
        order_count,
        cast(monetary_value as double) / order_count as mean_order_value,
        cast(max_order_value as double) as max_order_value,
        case when periods_back > 0 then coalesce(next_period_orders, 0) > 0 end as is_active_next_period,
        case when periods_back > 0 then cast(coalesce(next_period_value, 0) as double) end as next_period_value

    from summed
    where order_count > 0

)

select * from aged
