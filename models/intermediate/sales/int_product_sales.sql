with

-- reduced to orders, customers and months in turn: distinct counts inside each group would not fit in memory
order_products as (

    select
        order_id,
        coalesce(product_id, 'unknown') as product_id,
        min(customer_id) as customer_id,
        min(cast({{ dbt.date_trunc('month', 'order_date') }} as date)) as month_start_date,
        count(*) filter (where transaction_type = 'sale') > 0 as is_sale,
        coalesce(sum(quantity) filter (where transaction_type = 'sale'), 0) as units,
        sum(gross_revenue) as gross_revenue,
        sum(discount_amount) as discount_amount,
        sum(returns_amount) as returns_amount,
        sum(net_revenue) as net_revenue,
        sum(margin_amount) as margin_amount

    from {{ ref('fct_order_lines') }}
    where transaction_type <> 'other'
    group by order_id, coalesce(product_id, 'unknown')

),

customer_months as (

    select
        product_id,
        month_start_date,
        customer_id,
        count(*) filter (where is_sale) as order_count,
        sum(units) as units,
        sum(gross_revenue) as gross_revenue,
        sum(discount_amount) as discount_amount,
        sum(returns_amount) as returns_amount,
        sum(net_revenue) as net_revenue,
        sum(margin_amount) as margin_amount

    from order_products
    group by product_id, month_start_date, customer_id

),

customers as (

    select
        product_id,
        cast(null as date) as month_start_date,
        customer_id,
        sum(order_count) as order_count,
        sum(units) as units,
        sum(gross_revenue) as gross_revenue,
        sum(discount_amount) as discount_amount,
        sum(returns_amount) as returns_amount,
        sum(net_revenue) as net_revenue,
        sum(margin_amount) as margin_amount

    from customer_months
    group by product_id, customer_id

),

both_grains as (

    select * from customer_months
    union all
    select * from customers

),

summed as (

    select
        {{ combined_key(['product_id', text_or_all('month_start_date')]) }} as product_sales_key,
        product_id,
        month_start_date,
        cast(sum(order_count) as bigint) as order_count,
        count(customer_id) filter (where order_count > 0) as customer_count,
        sum(units) as units,
        sum(gross_revenue) as gross_revenue,
        sum(discount_amount) as discount_amount,
        sum(returns_amount) as returns_amount,
        sum(net_revenue) as net_revenue,
        sum(margin_amount) as margin_amount

    from both_grains
    group by product_id, month_start_date

)

select * from summed
