{%- set columns = var('order_lines_columns') -%}
with

order_lines as (

    select * from {{ ref('int_order_lines_completed') }}

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
        currency,
        exchange_rate,
        ordered_at,
        order_date,
        completed_quantity as quantity,
        reporting_unit_price as unit_price,
        reporting_line_amount as line_amount,
        reporting_discount_amount as discount_amount,
        reporting_unit_cost as unit_cost,
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
            when completed_line_amount is null then 'unparseable_price'
            when completed_unit_price is null and completed_quantity <> 0 then 'unparseable_price'
            when has_discount_amount and discount_amount is null then 'unparseable_discount_amount'
            when has_unit_cost and unit_cost is null then 'unparseable_unit_cost'
            {% if 'currency' in columns -%}
            when exchange_rate is null then 'missing_exchange_rate'
            -- a rate makes too large a number of what is none in its own currency
            when reporting_line_amount is null then 'unparseable_price'
            when reporting_unit_price is null and completed_quantity <> 0 then 'unparseable_price'
            when has_discount_amount and reporting_discount_amount is null then 'unparseable_discount_amount'
            when has_unit_cost and reporting_unit_cost is null then 'unparseable_unit_cost'
            {% endif -%}
            {% if var('as_of_date') -%}
            when order_date > cast({{ sql_text(var('as_of_date')) }} as date) then 'after_as_of_date'
            {% endif -%}
            when completed_quantity = 0 then 'zero_quantity'
            when completed_unit_price < 0 then 'negative_price'
            when completed_quantity < 0 and completed_unit_price = 0 then 'stock_adjustment'
            {% if var('zero_price_policy') == 'reject' -%}
            when completed_unit_price = 0 and completed_line_amount = 0 then 'zero_price'
            {% endif -%}
            {% if var('missing_customer_policy') == 'reject' -%}
            when customer_id is null then 'missing_customer'
            {% endif -%}
            {% if var('cancellation_policy') == 'reject' -%}
            when is_cancellation then 'cancellation'
            {% endif -%}
        end as row_problem

    from order_lines

)

select * from checked
