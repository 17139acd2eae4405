with

orders as (

    select *
    from {{ ref('fct_orders') }}
    where customer_id is not null

),

first_orders as (

    select
        customer_id,
        order_id,
        ordered_at,
        order_date,
        {{ dbt.datediff('order_date', as_of_date(), 'day') }} >= {{ var('first_product_window_days') }} as is_eligible

    from orders
    where customer_order_number = 1

),

-- a return counts whatever order it belongs to: the file does not say
later_orders as (

    select
        first_orders.customer_id,
        count(*) filter (where orders.is_sale) as repeat_order_count,
        sum(orders.net_revenue) as later_net_revenue

    from first_orders
    inner join orders
        on
            first_orders.customer_id = orders.customer_id
            and first_orders.order_id <> orders.order_id
            and first_orders.ordered_at <= orders.ordered_at
    where
        {{ dbt.datediff('first_orders.order_date', 'orders.order_date', 'day') }}
        <= {{ var('first_product_window_days') }}
    group by first_orders.customer_id

),

final as (

    select
        first_orders.customer_id,
        first_orders.order_id as first_order_id,
        first_orders.order_date as first_order_date,
        first_orders.is_eligible,
        case when first_orders.is_eligible then coalesce(later_orders.repeat_order_count, 0) end as repeat_order_count,
        case when first_orders.is_eligible then coalesce(later_orders.later_net_revenue, 0) end as later_net_revenue

    from first_orders
    left join later_orders
        on first_orders.customer_id = later_orders.customer_id

)

select * from final
