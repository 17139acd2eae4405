with

-- what seldom begins, or seldom ends, a pair of orders cannot do so often together with another product
basket_products as (

    select
        basket_products.order_number,
        basket_products.customer_id,
        basket_products.product_number,
        basket_products.has_next_order and totals.from_orders >= totals.minimum_order_pairs as is_from_product,
        totals.to_orders >= totals.minimum_order_pairs as is_to_product,
        totals.minimum_order_pairs

    from {{ ref('int_basket_products') }} as basket_products
    inner join {{ ref('int_basket_product_totals') }} as totals
        on basket_products.product_number = totals.product_number
    where basket_products.customer_order_number is not null and not basket_products.is_capped

),

from_products as (

    select * from basket_products
    where is_from_product

),

to_products as (

    select * from basket_products
    where is_to_product

),

frequent as (

    select
        from_products.product_number as from_product_number,
        to_products.product_number as to_product_number,
        count(*) as transitions

    from from_products
    inner join to_products
        on from_products.order_number + 1 = to_products.order_number
    group by from_products.product_number, to_products.product_number
    having count(*) >= min(from_products.minimum_order_pairs)

),

-- customers are told apart among the few transitions that are left, not among all
repeated as (

    select
        frequent.from_product_number,
        frequent.to_product_number,
        count(distinct from_products.customer_id) as customers

    from frequent
    inner join from_products
        on frequent.from_product_number = from_products.product_number
    inner join to_products
        on
            from_products.order_number + 1 = to_products.order_number
            and frequent.to_product_number = to_products.product_number
    group by frequent.from_product_number, frequent.to_product_number

),

final as (

    select
        {{ combined_key(['frequent.from_product_number', 'frequent.to_product_number']) }} as product_transition_key,
        frequent.from_product_number,
        frequent.to_product_number,
        frequent.transitions,
        repeated.customers

    from frequent
    inner join repeated
        on
            frequent.from_product_number = repeated.from_product_number
            and frequent.to_product_number = repeated.to_product_number

)

select * from final
