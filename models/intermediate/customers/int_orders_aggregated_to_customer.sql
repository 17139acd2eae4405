with

customer_days as (

    select * from {{ ref('int_customer_days') }}

),

summed as (

    select
        customer_id,
        min(order_date) filter (where order_count > 0) as first_order_date,
        max(order_date) filter (where order_count > 0) as last_order_date,
        cast(sum(order_count) as bigint) as order_count,
        count(*) filter (where order_count > 0) as order_day_count,
        sum(units) as units,
        sum(gross_revenue) as gross_revenue,
        sum(discount_amount) as discount_amount,
        sum(returns_amount) as returns_amount,
        sum(net_revenue) as net_revenue,
        sum(margin_amount) as margin_amount,
        sum(monetary_value) as monetary_value

    from customer_days
    group by customer_id

),

aged as (

    select
        *,
        {{ days_before_as_of('last_order_date') }} as recency_days,
        {{ days_before_as_of('first_order_date') }} as first_order_age_days,
        cast(monetary_value as double) / nullif(order_count, 0) as mean_order_value

    from summed

)

select * from aged
