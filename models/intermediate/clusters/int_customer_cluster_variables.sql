{%- set behaviour = ['recency_days', 'order_count', 'monetary_value'] -%}
{%- set wanted = [] -%}
{%- for attribute in var('attribute_cluster_attributes') -%}
    {%- do wanted.append(sql_text(attribute)) -%}
{%- endfor -%}
with

orders as (

    select
        customer_id,
        cast(recency_days as double) as recency_days,
        cast(order_count as double) as order_count,
        cast(monetary_value as double) as monetary_value

    from {{ ref('int_orders_aggregated_to_customer') }}
    where order_count > 0

),

summaries as (

    select
        customer_id,
        cast(recency_days as double) as recency_days,
        cast(purchase_count as double) as order_count,
        cast(total_spend as double) as monetary_value

    from {{ ref('fct_summary_customers') }}

),

-- summaries speak of behaviour only where nobody has the order lines
customers as (

    select * from orders

    union all

    select * from summaries
    where (select count(*) from orders) = 0

),

attributes as (

    select *
    from {{ ref('int_customer_attributes') }}
    where
        attribute not in ('{{ behaviour | join("', '") }}')
        and {{ 'attribute in (' ~ wanted | join(', ') ~ ')' if wanted else 'true' }}

),

unpivoted as (

    {% for measure in behaviour -%}
    select
        customer_id,
        '{{ measure }}' as variable,
        true as is_behaviour,
        true as is_number,
        cast(null as {{ dbt.type_string() }}) as text_value,
        {{ measure }} as number_value
    from customers
    union all
    {% endfor %}
    select
        customers.customer_id,
        attributes.attribute as variable,
        false as is_behaviour,
        attributes.is_number,
        case when not attributes.is_number then attributes.text_value end as text_value,
        -- what is infinite, or would be when squared, has no mean
        case when abs(attributes.number_value) < 1e150 then attributes.number_value end as number_value
    from customers
    inner join attributes
        on customers.customer_id = attributes.customer_id

),

final as (

    select
        {{ combined_key(['customer_id', 'variable']) }} as customer_cluster_variable_key,
        customer_id,
        variable,
        is_behaviour,
        is_number,
        text_value,
        number_value

    from unpivoted
    where text_value is not null or number_value is not null

)

select * from final
