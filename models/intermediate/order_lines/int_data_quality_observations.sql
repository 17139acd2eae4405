with

line_observations as (

    select
        count(*) as lines,
        count(*) filter (where is_capped) as capped_lines,
        count(*) filter (where customer_id is null) as lines_without_customer,
        sum(line_amount) filter (where customer_id is null) as amount_without_customer,
        count(*) filter (where transaction_type = 'other') as lines_without_revenue,
        sum(line_amount) filter (where transaction_type = 'other') as amount_without_revenue,
        count(*) filter (where transaction_type = 'return') as return_lines,
        sum(line_amount) filter (where transaction_type = 'return') as amount_returned,
        count(*) filter (where transaction_type = 'return' and quantity > 0) as positive_return_lines,
        sum(line_amount) filter (where transaction_type = 'return' and quantity > 0) as amount_of_positive_returns

    from {{ ref('fct_order_lines') }}

),

orders as (

    select
        order_id,
        count(distinct ordered_at) as timestamps,
        count(distinct customer_id) as customers

    from {{ ref('fct_order_lines') }}
    group by order_id

),

order_observations as (

    select
        count(*) as orders,
        count(*) filter (where timestamps > 1) as orders_with_several_timestamps,
        count(*) filter (where customers > 1) as orders_with_several_customers

    from orders

),

customer_observations as (

    select
        count(*) as customers,
        count(*) filter (where country_count > 1) as customers_in_several_countries,
        count(*) filter (where order_count = 0) as customers_with_returns_alone

    from {{ ref('dim_customers') }}

),

product_observations as (

    select
        count(*) as products,
        count(*) filter (where description_count > 1) as products_with_several_descriptions

    from {{ ref('dim_products') }}

),

observations as (

    select
        1 as observation_number,
        'capped_lines' as observation,
        'Accepted lines whose quantity or price outlier_policy moved.' as meaning,
        lines as examined,
        capped_lines as affected,
        cast(null as decimal(38, 4)) as amount
    from line_observations

    union all

    select 2, 'lines_without_customer', 'Accepted lines of unknown customers: in sales, not in customer marts.', lines, lines_without_customer, amount_without_customer
    from line_observations

    union all

    select 3, 'lines_without_revenue', 'Accepted lines of types that do not count as revenue, such as postage.', lines, lines_without_revenue, amount_without_revenue
    from line_observations

    union all

    select 4, 'return_lines', 'Accepted cancellations and returns.', lines, return_lines, amount_returned
    from line_observations

    union all

    select 5, 'cancellations_of_positive_quantity', 'Return lines whose quantity is above 0; many of them mean that cancellation_pattern takes sales for cancellations.', return_lines, positive_return_lines, amount_of_positive_returns
    from line_observations

    union all

    select 6, 'orders_with_several_timestamps', 'Orders whose lines have different times; the first one counts.', orders, orders_with_several_timestamps, null
    from order_observations

    union all

    select 7, 'orders_with_several_customers', 'Orders whose lines name different customers; the order goes to the first by alphabet.', orders, orders_with_several_customers, null
    from order_observations

    union all

    select 8, 'customers_in_several_countries', 'Customers seen in more than one country; the latest order gives theirs.', customers, customers_in_several_countries, null
    from customer_observations

    union all

    select 9, 'customers_with_returns_alone', 'Customers with returns and no order in the data; they are in dim_customers alone.', customers, customers_with_returns_alone, null
    from customer_observations

    union all

    select 10, 'products_with_several_descriptions', 'Products with more than one name; the most frequent one is theirs.', products, products_with_several_descriptions, null
    from product_observations

)

select * from observations
