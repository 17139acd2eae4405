{{ config(materialized='view') }}

{%- set columns = var('order_lines_columns') -%}
{%- set has_currency = 'currency' in columns -%}
{%- set has_product_costs = 'product_id' in columns and source_path('product_costs') is not none %}

-- joined only where they say something: a file without currencies and costs pays nothing for them
-- depends_on: {{ ref('int_exchange_rates_daily') }}
-- depends_on: {{ ref('int_product_costs_valid') }}
with

order_lines as (

    select
        *,
        cast(ordered_at as date) as order_date

    from {{ ref('stg_shop__order_lines') }}

),

product_line_types as (

    select * from {{ ref('int_product_line_types') }}

),

-- what the file leaves out is made from what it has
completed as (

    select
        order_lines.*,
        {% if 'order_id' not in columns -%}
        {%- set line = ['order_lines.raw_row_number'] if var('order_without_id') == 'line' else [] %}
        order_lines.customer_id || '-' || {{ combined_key(['order_lines.ordered_at'] + line) }}
        {%- else -%}
        order_lines.order_id
        {%- endif %} as completed_order_id,
        {% if 'quantity' not in columns -%}
        cast(case when coalesce(order_lines.amount, order_lines.unit_price) < 0 then -1 else 1 end as decimal(18, 4))
        {%- else -%}
        order_lines.quantity
        {%- endif %} as completed_quantity,
        {% if 'quantity' not in columns -%}
        cast(abs(coalesce(order_lines.amount, order_lines.unit_price)) as decimal(18, 4))
        {%- elif 'amount' in columns -%}
        try_cast(cast(order_lines.amount as double) / nullif(cast(order_lines.quantity as double), 0) as decimal(18, 4))
        {%- else -%}
        order_lines.unit_price
        {%- endif %} as completed_unit_price,
        {% if has_currency -%}
        case
            when upper(order_lines.currency) = upper({{ sql_text(var('reporting_currency')) }})
                then cast(1 as decimal(18, 8))
            else rates.exchange_rate
        end
        {%- else -%}
        cast(1 as decimal(18, 8))
        {%- endif %} as exchange_rate

    from order_lines
    {% if has_currency -%}
    left join {{ ref('int_exchange_rates_daily') }} as rates
        on
            upper(order_lines.currency) = rates.currency
            and order_lines.order_date = rates.rate_date
    {%- endif %}

),

priced as (

    select
        completed.*,
        coalesce(product_line_types.line_type, 'product') as line_type,
        coalesce(
            completed.amount,
            {{ money_product('completed.completed_quantity', 'completed.completed_unit_price') }}
        ) as completed_line_amount,
        coalesce(
            -- an order id that was made here from the customer says nothing
            {% if 'order_id' in columns -%}
            {{ matches_pattern('completed.order_id', var('cancellation_pattern')) }}
            {%- else -%}
            false
            {%- endif %}
            or (
                completed.completed_quantity < 0
                and coalesce(product_line_types.line_type, 'product') <> 'discount'
            ),
            false
        ) as is_cancellation,
        {{ 'product_costs.unit_cost' if has_product_costs else 'cast(null as decimal(18, 4))' }} as product_unit_cost

    from completed
    left join product_line_types
        on completed.product_id = product_line_types.product_id
    {% if has_product_costs -%}
    left join {{ ref('int_product_costs_valid') }} as product_costs
        on
            completed.product_id = product_costs.product_id
            and completed.order_date >= product_costs.valid_from_date
            and completed.order_date < product_costs.valid_before_date
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
