{{ config(materialized='view') }}

with

order_lines as (

    select * from {{ ref('int_order_lines_checked') }}

),

later_copies as (

    select * from {{ ref('int_order_lines_duplicated') }}

),

plausible as (

    select * from {{ ref('int_last_plausible_date') }}

),

line_types as (

    select * from {{ ref('line_types') }}

),

classified as (

    select
        order_lines.*,
        case
            when order_lines.row_problem is not null then order_lines.row_problem
            {% if not var('as_of_date') -%}
            when order_lines.order_date > plausible.last_plausible_date then 'future_date'
            {% endif -%}
            when later_copies.raw_row_number is not null then 'duplicate'
            else 'accepted'
        end as row_class,
        {% if var('non_product_policy') == 'count_all' -%}
        true
        {%- elif var('non_product_policy') == 'products_only' -%}
        order_lines.line_type = 'product'
        {%- else -%}
        line_types.counts_as_revenue
        {%- endif %} as counts_as_revenue

    from order_lines
    cross join plausible
    left join later_copies
        on order_lines.raw_row_number = later_copies.raw_row_number
    left join line_types
        on order_lines.line_type = line_types.line_type

),

typed as (

    select
        *,
        case
            when not counts_as_revenue then 'other'
            when is_cancellation then 'return'
            when quantity < 0 then 'discount'
            else 'sale'
        end as transaction_type

    from classified

)

select * from typed
