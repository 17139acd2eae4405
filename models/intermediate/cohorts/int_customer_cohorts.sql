with

first_orders as (

    select *
    from {{ ref('fct_orders') }}
    where customer_order_number = 1

),

periods as (

    select *
    from {{ ref('int_periods') }}
    where period_grain = {{ sql_text(var('cohort_grain')) }}

),

first_order_products as (

    select
        order_lines.order_id,
        order_lines.product_id,
        row_number() over (
            partition by order_lines.order_id
            order by sum(order_lines.net_revenue) desc, order_lines.product_id asc
        ) as position

    from {{ ref('fct_order_lines') }} as order_lines
    inner join first_orders
        on order_lines.order_id = first_orders.order_id
    where
        order_lines.transaction_type = 'sale'
        and order_lines.line_type = 'product'
        and order_lines.product_id is not null
    group by order_lines.order_id, order_lines.product_id

),

final as (

    select
        first_orders.customer_id,
        periods.period_start_date as cohort_start_date,
        periods.period_index as cohort_index,
        first_orders.order_id as first_order_id,
        first_orders.order_date as first_order_date,
        cast({{ dbt.date_trunc('month', 'first_orders.order_date') }} as date) as first_order_month,
        coalesce(first_orders.country, 'unknown') as acquisition_country,
        coalesce(first_orders.channel, 'unknown') as acquisition_channel,
        coalesce(first_order_products.product_id, 'unknown') as acquisition_product_id

    from first_orders
    left join periods
        on first_orders.order_date between periods.period_start_date and periods.period_end_date
    left join first_order_products
        on
            first_orders.order_id = first_order_products.order_id
            and first_order_products.position = 1

)

select * from final
