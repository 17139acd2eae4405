with

customer_days as (

    select * from {{ ref('int_customer_days') }}

),

purchased as (

    select
        customer_id,
        min(order_date) over (partition by customer_id) as first_purchase_date,
        order_date,
        monetary_value

    from customer_days
    where {{ is_purchase_day() }}

)

select * from purchased
