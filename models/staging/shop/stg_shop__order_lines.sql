{%- set columns = var('order_lines_columns') -%}
{%- set raw_relation = ref('base_shop__order_lines') -%}
with

raw_lines as (

    select * from {{ ref('base_shop__order_lines') }}

),

as_text as (

    select
        *,
        {%- for column in order_line_columns() %}
        {{ input_text('order_lines', column) }} as {{ column }}_text,
        {%- endfor %}
        {{ is_repeated_header('order_lines') }} as is_repeated_header,
        {{ has_unreadable_characters('order_lines') }} as has_unreadable_characters

    from raw_lines

),

typed as (

    select
        ---------- ids
        raw_row_number,
        order_id_text as order_id,
        line_id_text as line_id,
        -- a spreadsheet writes customer 13085 as 13085.0 once one customer is missing
        regexp_replace(customer_id_text, '^([0-9]+)[.]0+$', '\1') as customer_id,
        upper(product_id_text) as product_id,

        ---------- strings
        raw_file,
        raw_problem,
        description_text as description,
        country_text as country,
        channel_text as channel,
        currency_text as currency,
        ordered_at_text,
        quantity_text,
        unit_price_text,
        amount_text,
        discount_amount_text,
        unit_cost_text,

        ---------- numerics
        {% if 'quantity' in columns -%}
            {{ input_number('order_lines', 'quantity', raw_relation) }}
        {%- else -%}
            cast(1 as decimal(18, 4))
        {%- endif %} as quantity,
        {% for column in ['unit_price', 'amount', 'discount_amount', 'unit_cost'] -%}
        {{ input_number('order_lines', column, raw_relation) }} as {{ column }},
        {% endfor %}
        ---------- booleans
        raw_broken_line is not null as is_broken_line,
        is_repeated_header,
        has_unreadable_characters,

        ---------- timestamps
        {{ input_timestamp('order_lines', 'ordered_at', raw_relation) }} as ordered_at

    from as_text

)

select * from typed
