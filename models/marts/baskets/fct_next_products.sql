with

transitions as (

    select * from {{ ref('int_product_transitions') }}

),

products as (

    select
        totals.*,
        described.description

    from {{ ref('int_basket_product_totals') }} as totals
    inner join {{ ref('dim_products') }} as described
        on totals.product_id = described.product_id

),

-- the cap can have cut either product from its own basket
described as (

    select
        from_products.product_id as from_product_id,
        to_products.product_id as to_product_id,
        from_products.description as from_description,
        to_products.description as to_description,
        transitions.from_product_number = transitions.to_product_number as is_repeat,
        from_products.from_orders,
        to_products.to_orders,
        transitions.transitions,
        transitions.customers,
        least(
            from_products.capped_from_orders + to_products.capped_to_orders,
            from_products.from_orders - transitions.transitions,
            to_products.to_orders - transitions.transitions
        ) as uncounted_transitions,
        from_products.order_pair_count

    from transitions
    inner join products as from_products
        on transitions.from_product_number = from_products.product_number
    inner join products as to_products
        on transitions.to_product_number = to_products.product_number

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
