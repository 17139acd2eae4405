with

purchase_days as (

    select
        customer_id,
        order_date,
        min(order_date) over (partition by customer_id) as first_purchase_date

    from {{ ref('int_customer_days') }}
    where {{ is_purchase_day() }}

),

counted as (

    select
        order_date,
        count(*) filter (where order_date = first_purchase_date) as first_purchases,
        count(*) filter (where order_date > first_purchase_date) as repeat_purchases

    from purchase_days
    group by order_date

)

select * from counted
