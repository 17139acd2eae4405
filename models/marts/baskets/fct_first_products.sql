with

customers as (

    select * from {{ ref('int_first_order_values') }}

),

baseline as (

    select
        count(*) as eligible_customers,
        count(*) filter (where repeat_order_count > 0) as repeat_customers,
        sum(repeat_order_count) as repeat_orders,
        sum(later_net_revenue) as net_revenue

    from customers
    where is_eligible

),

summed as (

    select
        basket_products.product_id,
        count(*) as customers,
        count(*) filter (where customers.is_eligible) as eligible_customers,
        count(*) filter (where customers.repeat_order_count > 0) as repeat_customers,
        sum(customers.repeat_order_count) as repeat_orders,
        sum(customers.later_net_revenue) as net_revenue

    from {{ ref('int_basket_products') }} as basket_products
    inner join customers
        on basket_products.order_id = customers.first_order_id
    group by basket_products.product_id
    having count(*) >= {{ var('basket_min_orders') }}

),

described as (

    select
        summed.product_id,
        products.description,
        summed.customers,
        summed.eligible_customers,
        case when summed.eligible_customers > 0 then summed.repeat_customers end as repeat_customers,
        cast(summed.repeat_orders as bigint) as repeat_orders,
        cast(summed.net_revenue as decimal(18, 4)) as later_net_revenue,
        cast(summed.repeat_customers as double) / nullif(summed.eligible_customers, 0) as repeat_rate,
        cast(summed.repeat_orders as double) / nullif(summed.eligible_customers, 0) as repeat_orders_per_customer,
        cast(summed.net_revenue as double) / nullif(summed.eligible_customers, 0) as later_net_revenue_per_customer,
        baseline.eligible_customers as baseline_eligible_customers,
        cast(baseline.repeat_customers as double) / nullif(baseline.eligible_customers, 0) as baseline_repeat_rate,
        cast(baseline.repeat_orders as double) / nullif(baseline.eligible_customers, 0)
            as baseline_repeat_orders_per_customer,
        cast(baseline.net_revenue as double) / nullif(baseline.eligible_customers, 0)
            as baseline_later_net_revenue_per_customer

    from summed
    inner join {{ ref('dim_products') }} as products
        on summed.product_id = products.product_id
    cross join baseline

),

final as (

    select
        *,
        repeat_rate / nullif(baseline_repeat_rate, 0) as repeat_rate_lift,
        later_net_revenue_per_customer / nullif(baseline_later_net_revenue_per_customer, 0) as later_net_revenue_lift

    from described

)

select * from final
