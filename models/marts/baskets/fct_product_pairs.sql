with

-- a pair is never more frequent than its rarer product: what is rare cannot be part of a frequent pair
products as (

    select
        totals.*,
        described.description

    from {{ ref('int_basket_product_totals') }} as totals
    inner join {{ ref('dim_products') }} as described
        on totals.product_id = described.product_id
    where totals.product_orders >= totals.minimum_orders

),

kept as (

    select
        basket_products.order_number,
        basket_products.product_number

    from {{ ref('int_basket_products') }} as basket_products
    inner join products
        on basket_products.product_number = products.product_number
    where not basket_products.is_capped

),

paired as (

    select
        kept.product_number as product_number_a,
        others.product_number as product_number_b,
        count(*) as orders_together

    from kept
    inner join kept as others
        on
            kept.order_number = others.order_number
            and kept.product_number < others.product_number
    group by kept.product_number, others.product_number

),

-- the cap cuts the rarer product first, so that a pair goes uncounted only where the rarer of the two was cut
described as (

    select
        products_a.product_id as product_id_a,
        products_b.product_id as product_id_b,
        products_a.description as description_a,
        products_b.description as description_b,
        products_a.product_orders as orders_a,
        products_b.product_orders as orders_b,
        paired.orders_together,
        case
            when products_a.product_orders < products_b.product_orders then products_a.capped_orders
            else products_b.capped_orders
        end as uncounted_orders,
        products_a.order_count

    from paired
    inner join products as products_a
        on paired.product_number_a = products_a.product_number
    inner join products as products_b
        on paired.product_number_b = products_b.product_number
    where paired.orders_together >= products_a.minimum_orders

),

measured as (

    select
        {{ combined_key(['product_id_a', 'product_id_b']) }} as product_pair_key,
        *,
        cast(orders_together as double) / order_count as support,
        cast(orders_together as double) / orders_a as confidence_a_to_b,
        cast(orders_together as double) / orders_b as confidence_b_to_a,
        cast(orders_together as double) * order_count / (cast(orders_a as double) * orders_b) as lift

    from described

),

final as (

    select
        *,
        support - support / lift as leverage,
        row_number() over (order by lift desc, orders_together desc, product_pair_key asc) as lift_rank,
        row_number() over (order by orders_together desc, lift desc, product_pair_key asc) as orders_together_rank

    from measured

)

select * from final
