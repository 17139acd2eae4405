{{ config(materialized='view') }}

with

order_lines as (

    select *
    from {{ ref('int_order_lines_classified') }}
    where row_class = 'accepted'

),

limits as (

    select * from {{ ref('int_outlier_limits') }}

),

-- returns are capped by their size, as sales are, so that a sale and its cancellation stay equal
capped as (

    select
        order_lines.*,
        {{ capped('quantity') }} as capped_quantity,
        {{ capped('unit_price') }} as capped_unit_price

    from order_lines
    cross join limits

),

recomputed as (

    select
        raw_row_number,
        order_id,
        customer_id,
        product_id,
        ordered_at,
        order_date,
        country,
        channel,
        line_type,
        transaction_type,
        capped_quantity as quantity,
        capped_unit_price as unit_price,
        capped_quantity <> quantity as is_quantity_capped,
        capped_unit_price <> unit_price as is_unit_price_capped,
        case
            when capped_quantity <> quantity or capped_unit_price <> unit_price
                then {{ money_product('capped_quantity', 'capped_unit_price') }}
            else line_amount
        end as line_amount,
        coalesce(discount_amount, 0) as line_discount,
        {{ money_product('capped_quantity', 'unit_cost') }} as cost_amount

    from capped

)

select * from recomputed
