{%- set columns = var('order_lines_columns') -%}
with

order_lines as (

    select * from {{ ref('stg_shop__order_lines') }}

),

product_line_types as (

    select * from {{ ref('int_product_line_types') }}

),

-- what the file leaves out is made from what it has
completed as (

    select
        order_lines.*,
        {% if 'order_id' not in columns -%}
        {{ dbt.concat(['order_lines.customer_id', "'-'", 'cast(order_lines.ordered_at as ' ~ dbt.type_string() ~ ')']) }}
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
        {%- endif %} as completed_unit_price

    from order_lines

),

priced as (

    select
        completed.*,
        cast(completed.ordered_at as date) as order_date,
        coalesce(product_line_types.line_type, 'product') as line_type,
        coalesce(
            completed.amount,
            {{ money_product('completed.completed_quantity', 'completed.completed_unit_price') }}
        ) as line_amount,
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
        ) as is_cancellation

    from completed
    left join product_line_types
        on completed.product_id = product_line_types.product_id

),

-- the first rule that applies names the row's problem; seeds/row_classes.csv has the rules in the same order
checked as (

    select
        raw_row_number,
        completed_order_id as order_id,
        line_id,
        customer_id,
        product_id,
        description,
        country,
        channel,
        ordered_at,
        order_date,
        completed_quantity as quantity,
        completed_unit_price as unit_price,
        line_amount,
        discount_amount,
        unit_cost,
        line_type,
        is_cancellation,
        case
            when is_broken_line then 'broken_line'
            when is_repeated_header then 'repeated_header'
            when has_unreadable_characters then 'unreadable_characters'
            when not has_ordered_at then 'missing_ordered_at'
            when ordered_at is null then 'unparseable_ordered_at'
            when completed_order_id is null then 'missing_order_id'
            {% if 'quantity' in columns -%}
            when not has_quantity then 'missing_quantity'
            when quantity is null then 'unparseable_quantity'
            {% endif -%}
            when not has_unit_price and not has_amount then 'missing_price'
            when line_amount is null then 'unparseable_price'
            when completed_unit_price is null and completed_quantity <> 0 then 'unparseable_price'
            when has_discount_amount and discount_amount is null then 'unparseable_discount_amount'
            when has_unit_cost and unit_cost is null then 'unparseable_unit_cost'
            {% if 'currency' in columns -%}
            when upper(currency) is distinct from upper({{ sql_text(var('reporting_currency')) }}) then 'foreign_currency'
            {% endif -%}
            {% if var('as_of_date') -%}
            when order_date > cast({{ sql_text(var('as_of_date')) }} as date) then 'after_as_of_date'
            {% endif -%}
            when completed_quantity = 0 then 'zero_quantity'
            when completed_unit_price < 0 then 'negative_price'
            when completed_quantity < 0 and completed_unit_price = 0 then 'stock_adjustment'
            {% if var('zero_price_policy') == 'reject' -%}
            when completed_unit_price = 0 and line_amount = 0 then 'zero_price'
            {% endif -%}
            {% if var('missing_customer_policy') == 'reject' -%}
            when customer_id is null then 'missing_customer'
            {% endif -%}
            {% if var('cancellation_policy') == 'reject' -%}
            when is_cancellation then 'cancellation'
            {% endif -%}
        end as row_problem

    from priced

)

select * from checked
