-- What the affinity marts count alone, one product or all orders at a time, is what the core marts count.
with

pairs as (

    select * from {{ ref('fct_product_pairs') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

sides as (

    select
        product_id_a as product_id,
        orders_a as product_orders
    from pairs
    union all
    select
        product_id_b as product_id,
        orders_b as product_orders
    from pairs

),

orders as (

    select count(distinct order_id) as order_count

    from {{ ref('fct_order_lines') }}
    where transaction_type = 'sale' and line_type = 'product' and product_id is not null

),

order_pairs as (

    select count(*) as order_pair_count

    from {{ ref('fct_orders') }}
    where customer_order_number > 1

),

customers as (

    select count(*) as eligible_customers

    from {{ ref('dim_customers') }}
    where {{ dbt.datediff('first_order_date', as_of_date(), 'day') }} >= {{ var('first_product_window_days') }}

),

compared as (

    select
        'orders of a product' as counted,
        sides.product_id as counted_for,
        sides.product_orders as our_count,
        products.order_count as their_count
    from sides
    left join products
        on sides.product_id = products.product_id
    union all
    select
        'all orders' as counted,
        pairs.product_pair_key as counted_for,
        pairs.order_count as our_count,
        orders.order_count as their_count
    from pairs
    cross join orders
    union all
    select
        'pairs of orders' as counted,
        next_products.product_transition_key as counted_for,
        next_products.order_pair_count as our_count,
        order_pairs.order_pair_count as their_count
    from {{ ref('fct_next_products') }} as next_products
    cross join order_pairs
    union all
    select
        'customers' as counted,
        first_products.product_id as counted_for,
        first_products.baseline_eligible_customers as our_count,
        customers.eligible_customers as their_count
    from {{ ref('fct_first_products') }} as first_products
    cross join customers

)

select * from compared
where our_count is distinct from their_count
