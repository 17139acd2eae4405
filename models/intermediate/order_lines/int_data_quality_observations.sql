{%- set counts = [
    ('capped_quantities', 'line_observations', 'lines', 'capped_quantities', 'null'),
    ('capped_prices', 'line_observations', 'lines', 'capped_prices', 'null'),
    ('lines_without_customer', 'line_observations', 'lines', 'lines_without_customer', 'amount_without_customer'),
    ('lines_without_product', 'line_observations', 'lines', 'lines_without_product', 'null'),
    ('lines_without_country', 'line_observations', 'lines', 'lines_without_country', 'null'),
    ('lines_without_channel', 'line_observations', 'lines', 'lines_without_channel', 'null'),
    ('lines_without_cost', 'line_observations', 'lines_with_revenue', 'lines_without_cost', 'null'),
    ('lines_without_revenue', 'line_observations', 'lines', 'lines_without_revenue', 'amount_without_revenue'),
    ('return_lines', 'line_observations', 'lines', 'return_lines', 'amount_returned'),
    ('cancellations_of_positive_quantity', 'line_observations', 'return_lines', 'positive_return_lines',
        'amount_of_positive_returns'),
    ('orders_with_several_timestamps', 'line_observations', 'orders', 'orders_with_several_timestamps', 'null'),
    ('orders_with_several_customers', 'line_observations', 'orders', 'orders_with_several_customers', 'null'),
    ('customers_in_several_countries', 'customer_observations', 'customers', 'customers_in_several_countries', 'null'),
    ('customers_with_returns_alone', 'customer_observations', 'customers', 'customers_with_returns_alone', 'null'),
    ('customers_without_orders', 'customer_observations', 'customers', 'customers_without_orders', 'null'),
    ('products_with_several_descriptions', 'product_observations', 'products', 'products_with_several_descriptions', 'null'),
    ('products_without_description', 'product_observations', 'products', 'products_without_description', 'null'),
    ('days_missing_in_first_month', 'month_observations', 'first_month_days', 'days_missing_in_first_month', 'null'),
    ('days_missing_in_last_month', 'month_observations', 'last_month_days', 'days_missing_in_last_month', 'null'),
] -%}
{%- set first_month, last_month = dbt.date_trunc('month', 'first_order_date'), dbt.date_trunc('month', 'as_of_date') -%}
with

line_observations as (

    select * from {{ ref('int_order_line_observations') }}

),

customer_observations as (

    select
        count(*) as customers,
        count(*) filter (where country_count > 1) as customers_in_several_countries,
        count(*) filter (where order_count = 0 and returns_amount <> 0) as customers_with_returns_alone,
        count(*) filter (where order_count = 0 and returns_amount = 0) as customers_without_orders

    from {{ ref('dim_customers') }}

),

product_observations as (

    select
        count(*) as products,
        count(*) filter (where description_count > 1) as products_with_several_descriptions,
        count(*) filter (where description_count = 0) as products_without_description

    from {{ ref('dim_products') }}

),

month_observations as (

    select
        {{ dbt.datediff(first_month, dbt.dateadd('month', 1, first_month), 'day') }} as first_month_days,
        {{ dbt.datediff(first_month, 'first_order_date', 'day') }} as days_missing_in_first_month,
        {{ dbt.datediff(last_month, dbt.dateadd('month', 1, last_month), 'day') }} as last_month_days,
        {{ dbt.datediff('as_of_date', dbt.dateadd('month', 1, last_month), 'day') }} - 1 as days_missing_in_last_month

    from {{ ref('int_as_of_date') }}

),

counted as (

    {% for name, source, examined, affected, amount in counts -%}
    select
        '{{ name }}' as observation,
        coalesce({{ examined }}, 0) as examined,
        coalesce({{ affected }}, 0) as affected,
        cast({{ amount }} as decimal(38, 4)) as amount
    from {{ source }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

named as (

    select
        meanings.observation_number,
        counted.observation,
        meanings.meaning,
        counted.examined,
        counted.affected,
        counted.amount

    from counted
    inner join {{ ref('data_quality_observations') }} as meanings
        on counted.observation = meanings.observation

)

select * from named
