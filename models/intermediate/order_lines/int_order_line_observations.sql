with

order_lines as (

    select * from {{ ref('fct_order_lines') }}

),

line_observations as (

    select
        count(*) as lines,
        count(*) filter (where is_quantity_capped) as capped_quantities,
        count(*) filter (where is_unit_price_capped) as capped_prices,
        count(*) filter (where customer_id is null) as lines_without_customer,
        sum(line_amount) filter (where customer_id is null) as amount_without_customer,
        count(*) filter (where product_id is null) as lines_without_product,
        count(*) filter (where country is null) as lines_without_country,
        count(*) filter (where channel is null) as lines_without_channel,
        count(*) filter (where transaction_type <> 'other') as lines_with_revenue,
        count(*) filter (where transaction_type <> 'other' and cost_amount is null) as lines_without_cost,
        count(*) filter (where transaction_type = 'other') as lines_without_revenue,
        sum(line_amount) filter (where transaction_type = 'other') as amount_without_revenue,
        count(*) filter (where transaction_type = 'return') as return_lines,
        sum(line_amount) filter (where transaction_type = 'return') as amount_returned,
        count(*) filter (where transaction_type = 'return' and quantity > 0) as positive_return_lines,
        sum(line_amount) filter (where transaction_type = 'return' and quantity > 0) as amount_of_positive_returns

    from order_lines

),

orders as (

    select
        order_id,
        min(ordered_at) < max(ordered_at) as has_several_timestamps,
        min(customer_id) < max(customer_id) as has_several_customers

    from order_lines
    group by order_id

),

order_observations as (

    select
        count(*) as orders,
        count(*) filter (where has_several_timestamps) as orders_with_several_timestamps,
        count(*) filter (where has_several_customers) as orders_with_several_customers

    from orders

),

joined as (

    select
        line_observations.*,
        order_observations.*

    from line_observations
    cross join order_observations

)

select * from joined
