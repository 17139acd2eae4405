with

customers as (

    select * from {{ ref('int_orders_aggregated_to_customer') }}
    where order_count > 0

),

-- a number sorts and joins faster than a text, and in the same order
numbered as (

    select
        customer_id,
        cast(row_number() over (order by customer_id) as int) as customer_number

    from customers

)

select * from numbered
