with

customer_days as (

    select * from {{ ref('int_customer_days') }}

),

customers as (

    select * from {{ ref('int_orders_aggregated_to_customer') }}

),

summed as (

    select
        customer_id,
        cast({{ dbt.date_trunc('month', 'order_date') }} as date) as month_start_date,
        cast(sum(order_count) as bigint) as order_count,
        sum(gross_revenue) as gross_revenue,
        sum(discount_amount) as discount_amount,
        sum(returns_amount) as returns_amount,
        sum(net_revenue) as net_revenue,
        sum(margin_amount) as margin_amount

    from customer_days
    group by customer_id, cast({{ dbt.date_trunc('month', 'order_date') }} as date)

),

-- the window looks at months with an order alone: a month with nothing but a return is no visit
ordered as (

    select
        customer_id,
        month_start_date,
        lag(month_start_date) over (partition by customer_id order by month_start_date) as previous_order_month

    from summed
    where order_count > 0

),

compared as (

    select
        {{ combined_key(['summed.customer_id', 'summed.month_start_date']) }} as customer_month_key,
        summed.customer_id,
        summed.month_start_date,
        summed.order_count,
        summed.gross_revenue,
        summed.discount_amount,
        summed.returns_amount,
        summed.net_revenue,
        summed.margin_amount,
        summed.order_count > 0 as is_active,
        coalesce(
            summed.month_start_date = cast({{ dbt.date_trunc('month', 'customers.first_order_date') }} as date),
            false
        ) as is_first_order_month,
        ordered.previous_order_month

    from summed
    inner join customers
        on summed.customer_id = customers.customer_id
    left join ordered
        on
            summed.customer_id = ordered.customer_id
            and summed.month_start_date = ordered.month_start_date

)

select * from compared
