with

orders as (

    select *
    from {{ ref('fct_orders') }}
    where customer_id is not null

),

summed as (

    select
        customer_id,
        order_date,
        count(*) filter (where is_sale) as order_count,
        sum(units) as units,
        sum(gross_revenue) as gross_revenue,
        sum(discount_amount) as discount_amount,
        sum(returns_amount) as returns_amount,
        sum(net_revenue) as net_revenue,
        sum(margin_amount) as margin_amount,
        sum({{ var('monetary_basis') }}_revenue) as monetary_value,
        max({{ var('monetary_basis') }}_revenue) filter (where is_sale) as max_order_value

    from orders
    group by customer_id, order_date

),

keyed as (

    select
        {{ combined_key(['customer_id', 'order_date']) }} as customer_day_key,
        *

    from summed

)

select * from keyed
