-- What the affinity marts count alone, one product or all orders at a time, is what the core marts count.
with

pairs as (

    select * from {{ ref('fct_product_pairs') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

sides as (

    select product_id_a as product_id, orders_a as product_orders from pairs
    union all
    select product_id_b as product_id, orders_b as product_orders from pairs

),

totals as (

    select
        (
            select count(distinct order_id) from {{ ref('fct_order_lines') }}
            where transaction_type = 'sale' and line_type = 'product' and product_id is not null
        ) as order_count,
        (select count(*) from {{ ref('fct_orders') }} where customer_order_number > 1) as order_pair_count,
        (
            select count(*) from {{ ref('dim_customers') }}
            where {{ dbt.datediff('first_order_date', as_of_date(), 'day') }} >= {{ var('first_product_window_days') }}
        ) as eligible_customers

),

compared as (

    select 'orders of a product' as what, sides.product_id as which, sides.product_orders as ours, products.order_count as theirs
    from sides
    left join products
        on sides.product_id = products.product_id
    union all
    select 'all orders' as what, pairs.product_pair_key as which, pairs.order_count as ours, totals.order_count as theirs
    from pairs
    cross join totals
    union all
    select 'pairs of orders' as what, product_transition_key as which, next_products.order_pair_count as ours, totals.order_pair_count
    from {{ ref('fct_next_products') }} as next_products
    cross join totals
    union all
    select 'customers' as what, product_id as which, baseline_eligible_customers as ours, totals.eligible_customers
    from {{ ref('fct_first_products') }}
    cross join totals

)

select *
from compared
where ours is distinct from theirs
