{{ config(materialized='view') }}

{%- set columns = var('order_lines_columns') -%}
{%- set has_currency = 'currency' in columns -%}
{%- set has_product_costs = 'product_id' in columns and source_path('product_costs') is not none %}

-- joined only where they say something: a file without currencies and costs pays nothing for them
-- depends_on: {{ ref('int_exchange_rates_daily') }}
-- depends_on: {{ ref('int_product_costs_valid') }}
with

order_lines as (

    select * from {{ ref('int_order_lines_filled') }}

),

priced as (

    select
        order_lines.*,
        {% if has_currency -%}
        case
            when upper(order_lines.currency) = upper({{ sql_text(var('reporting_currency')) }})
                then cast(1 as decimal(18, 8))
            else rates.exchange_rate
        end
        {%- else -%}
        cast(1 as decimal(18, 8))
        {%- endif %} as exchange_rate,
        {{ 'product_costs.unit_cost' if has_product_costs else 'cast(null as decimal(18, 4))' }} as product_unit_cost

    from order_lines
    {% if has_currency -%}
    left join {{ ref('int_exchange_rates_daily') }} as rates
        on
            upper(order_lines.currency) = rates.currency
            and order_lines.order_date = rates.rate_date
    {%- endif %}
    {% if has_product_costs -%}
    left join {{ ref('int_product_costs_valid') }} as product_costs
        on
            order_lines.product_id = product_costs.product_id
            and order_lines.order_date >= product_costs.valid_from_date
            and order_lines.order_date < product_costs.valid_before_date
    {%- endif %}

),

converted as (

    select
        *,
        {{ in_reporting_currency('completed_unit_price') }} as reporting_unit_price,
        {{ in_reporting_currency('completed_line_amount') }} as reporting_line_amount,
        {{ in_reporting_currency('discount_amount') }} as reporting_discount_amount,
        coalesce({{ in_reporting_currency('unit_cost') }}, product_unit_cost) as reporting_unit_cost

    from priced

)

select * from converted
