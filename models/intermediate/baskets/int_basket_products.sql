with

sale_lines as (

    select *
    from {{ ref('fct_order_lines') }}
    where transaction_type = 'sale' and line_type = 'product' and product_id is not null

),

-- the numbers of a customer's orders follow each other, so that the next order is the next number
orders as (

    select
        order_id,
        customer_id,
        customer_order_number,
        cast(
            row_number() over (order by customer_id nulls last, customer_order_number nulls last, order_id) as integer
        ) as order_number,
        coalesce(
            customer_order_number < max(customer_order_number) over (partition by customer_id), false
        ) as has_next_order

    from {{ ref('fct_orders') }}

),

-- pairs of numbers are cheaper to count than pairs of codes
products as (

    select
        product_id,
        order_count,
        cast(row_number() over (order by product_id) as integer) as product_number

    from {{ ref('dim_products') }}

),

deduplicated as (

    select
        min(order_line_id) as order_line_id,
        order_id,
        product_id

    from sale_lines
    group by order_id, product_id

),

positioned as (

    select
        deduplicated.order_line_id,
        deduplicated.order_id,
        orders.order_number,
        orders.customer_id,
        orders.customer_order_number,
        orders.has_next_order,
        deduplicated.product_id,
        products.product_number,
        row_number() over (
            partition by orders.order_number
            order by products.order_count desc, products.product_number asc
        ) as basket_position

    from deduplicated
    inner join orders
        on deduplicated.order_id = orders.order_id
    inner join products
        on deduplicated.product_id = products.product_id

),

final as (

    select
        *,
        basket_position > {{ var('basket_max_products') }} as is_capped

    from positioned

)

select * from final
