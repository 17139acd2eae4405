{%- set raw_relation = ref('base_shop__order_lines') -%}
with

raw_lines as (

    select * from {{ raw_relation }}

),

typed as (

    select
        ---------- ids
        raw_row_number,
        {{ input_text('order_lines', 'order_id') }} as order_id,
        {{ input_text('order_lines', 'line_id') }} as line_id,
        {{ input_customer_id('order_lines') }} as customer_id,
        upper({{ input_text('order_lines', 'product_id') }}) as product_id,

        ---------- strings
        raw_file,
        raw_problem,
        {% for column in ['description', 'country', 'channel', 'currency'] -%}
        {{ input_text('order_lines', column) }} as {{ column }},
        {% endfor %}
        ---------- numerics
        {% for column in ['quantity', 'unit_price', 'amount', 'discount_amount', 'unit_cost'] -%}
        {{ input_number('order_lines', column, raw_relation) }} as {{ column }},
        {% endfor %}
        ---------- booleans
        raw_broken_line is not null as is_broken_line,
        {{ is_repeated_header('order_lines', raw_relation) }} as is_repeated_header,
        {{ has_unreadable_characters('order_lines', raw_relation) }} as has_unreadable_characters,
        {% for column in ['ordered_at', 'quantity', 'unit_price', 'amount', 'discount_amount', 'unit_cost'] -%}
        {{ input_is_given('order_lines', column, raw_relation) }} as has_{{ column }},
        {% endfor %}
        ---------- timestamps
        {{ input_timestamp('order_lines', 'ordered_at', raw_relation) }} as ordered_at

    from raw_lines

)

select * from typed
