with

basket_products as (

    select * from {{ ref('int_basket_products') }}

),

orders as (

    select count(distinct order_number) as order_count

    from basket_products

),

-- every order of a known customer but the first ends a pair of consecutive orders
order_pairs as (

    select count(*) as order_pair_count

    from {{ ref('fct_orders') }}
    where customer_order_number > 1

),

summed as (

    select
        product_id,
        product_number,
        count(*) as product_orders,
        count(*) filter (where is_capped) as capped_orders,
        count(*) filter (where has_next_order) as from_orders,
        count(*) filter (where has_next_order and is_capped) as capped_from_orders,
        count(*) filter (where customer_order_number > 1) as to_orders,
        count(*) filter (where customer_order_number > 1 and is_capped) as capped_to_orders

    from basket_products
    group by product_id, product_number

),

final as (

    select
        summed.*,
        orders.order_count,
        order_pairs.order_pair_count,
        greatest(
            {{ var('basket_min_orders') }}, {{ var('basket_min_support') }} * orders.order_count
        ) as minimum_orders,
        greatest(
            {{ var('basket_min_orders') }}, {{ var('basket_min_support') }} * order_pairs.order_pair_count
        ) as minimum_order_pairs

    from summed
    cross join orders
    cross join order_pairs

)

select * from final
