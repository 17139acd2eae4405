{%- set observations = [
    ('capped_lines', 'line_observations', 'lines', 'capped_lines', 'null',
        'Accepted lines whose quantity or price outlier_policy moved.'),
    ('lines_without_customer', 'line_observations', 'lines', 'lines_without_customer', 'amount_without_customer',
        'Accepted lines of unknown customers: in sales, not in customer marts.'),
    ('lines_without_revenue', 'line_observations', 'lines', 'lines_without_revenue', 'amount_without_revenue',
        'Accepted lines of types that do not count as revenue, such as postage.'),
    ('return_lines', 'line_observations', 'lines', 'return_lines', 'amount_returned',
        'Accepted cancellations and returns.'),
    ('cancellations_of_positive_quantity', 'line_observations', 'return_lines', 'positive_return_lines',
        'amount_of_positive_returns',
        'Return lines whose quantity is above 0; many of them mean that cancellation_pattern takes sales for cancellations.'),
    ('orders_with_several_timestamps', 'order_observations', 'orders', 'orders_with_several_timestamps', 'null',
        'Orders whose lines have different times; the first one counts.'),
    ('orders_with_several_customers', 'order_observations', 'orders', 'orders_with_several_customers', 'null',
        'Orders whose lines name different customers; the order goes to the first by alphabet.'),
    ('customers_in_several_countries', 'customer_observations', 'customers', 'customers_in_several_countries', 'null',
        'Customers seen in more than one country; the latest order gives theirs.'),
    ('customers_with_returns_alone', 'customer_observations', 'customers', 'customers_with_returns_alone', 'null',
        'Customers with returns and no order in the data; they are in dim_customers alone.'),
    ('products_with_several_descriptions', 'product_observations', 'products', 'products_with_several_descriptions', 'null',
        'Products with more than one name; the most frequent one is theirs.'),
] -%}
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

    {% for name, source, examined, affected, amount, meaning in observations -%}
    select
        {{ loop.index }} as observation_number,
        '{{ name }}' as observation,
        {{ sql_text(meaning) }} as meaning,
        {{ examined }} as examined,
        {{ affected }} as affected,
        cast({{ amount }} as decimal(38, 4)) as amount
    from {{ source }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from observations
