with

-- a day counts as a purchase when money was left on it, or when nothing on it had a price (free orders that are kept)
purchase_days as (

    select
        customer_id,
        order_date,
        monetary_value,
        min(order_date) over (partition by customer_id) as first_purchase_date

    from {{ ref('int_customer_days') }}
    where order_count > 0 and (monetary_value > 0 or (monetary_value = 0 and gross_revenue = 0))

),

summarised as (

    select
        customer_id,
        min(order_date) as first_purchase_date,
        count(*) - 1 as repeat_order_days,
        {{ dbt.datediff('min(order_date)', 'max(order_date)', 'day') }} as age_at_last_order_days,
        {{ dbt.datediff('min(order_date)', as_of_date(), 'day') }} as customer_age_days,
        -- summed as decimals: a sum of doubles depends on the order in which threads come to the rows
        cast(sum(monetary_value) filter (where order_date > first_purchase_date) as double)
        / nullif(count(*) - 1, 0) as mean_repeat_spend

    from purchase_days
    group by customer_id

)

select * from summarised
