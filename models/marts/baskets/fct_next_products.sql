with

products as (

    select
        totals.*,
        described.description

    from {{ ref('int_basket_product_totals') }} as totals
    inner join {{ ref('dim_products') }} as described
        on totals.product_id = described.product_id

),

kept as (

    select
        basket_products.customer_id,
        basket_products.customer_order_number,
        products.product_number,
        basket_products.has_next_order and products.from_orders >= products.minimum_order_pairs as is_from_product,
        products.to_orders >= products.minimum_order_pairs as is_to_product

    from {{ ref('int_basket_products') }} as basket_products
    inner join products
        on basket_products.product_number = products.product_number
    where basket_products.customer_order_number is not null and not basket_products.is_capped

),

paired_by_customer as (

    select
        kept.customer_id,
        kept.product_number as from_product_number,
        others.product_number as to_product_number,
        count(*) as transitions

    from kept
    inner join kept as others
        on
            kept.customer_id = others.customer_id
            and kept.customer_order_number + 1 = others.customer_order_number
    where kept.is_from_product and others.is_to_product
    group by kept.customer_id, kept.product_number, others.product_number

),

paired as (

    select
        from_product_number,
        to_product_number,
        sum(transitions) as transitions,
        count(*) as customers

    from paired_by_customer
    group by from_product_number, to_product_number

),

-- the cap can have cut either product from its own basket
described as (

    select
        from_products.product_id as from_product_id,
        to_products.product_id as to_product_id,
        from_products.description as from_description,
        to_products.description as to_description,
        paired.from_product_number = paired.to_product_number as is_repeat,
        from_products.from_orders,
        to_products.to_orders,
        cast(paired.transitions as bigint) as transitions,
        paired.customers,
        cast(least(
            from_products.capped_from_orders + to_products.capped_to_orders,
            from_products.from_orders - paired.transitions,
            to_products.to_orders - paired.transitions
        ) as bigint) as uncounted_transitions,
        from_products.order_pair_count

    from paired
    inner join products as from_products
        on paired.from_product_number = from_products.product_number
    inner join products as to_products
        on paired.to_product_number = to_products.product_number
    where paired.transitions >= from_products.minimum_order_pairs

),

measured as (

    select
        {{ combined_key(['from_product_id', 'to_product_id']) }} as product_transition_key,
        *,
        cast(transitions as double) / order_pair_count as support,
        cast(transitions as double) / from_orders as confidence,
        cast(transitions as double) * order_pair_count / (cast(from_orders as double) * to_orders) as lift

    from described

),

final as (

    select
        *,
        row_number() over (
            partition by from_product_id
            order by transitions desc, lift desc, to_product_id asc
        ) as next_product_rank

    from measured

)

select * from final
