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
        *,
        capped_quantity <> quantity or capped_unit_price <> unit_price as is_capped,
        case
            when capped_quantity <> quantity or capped_unit_price <> unit_price
                then {{ money_product('capped_quantity', 'capped_unit_price') }}
            else line_amount
        end as capped_line_amount,
        coalesce(discount_amount, 0) as line_discount

    from capped

),

final as (

    select
        raw_row_number as order_line_id,
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
        is_capped,
        capped_line_amount as line_amount,
        cast(case when transaction_type = 'sale' then capped_line_amount else 0 end as decimal(18, 4)) as gross_revenue,
        cast(
            case transaction_type
                when 'sale' then line_discount
                when 'discount' then -capped_line_amount
                else 0
            end as decimal(18, 4)
        ) as discount_amount,
        cast(
            case when transaction_type = 'return' then -capped_line_amount - line_discount else 0 end as decimal(18, 4)
        ) as returns_amount,
        cast(
            case transaction_type
                when 'sale' then capped_line_amount - line_discount
                when 'return' then capped_line_amount + line_discount
                when 'discount' then capped_line_amount
                else 0
            end as decimal(18, 4)
        ) as net_revenue,
        cast(
            case when transaction_type = 'other' then capped_line_amount - line_discount else 0 end as decimal(18, 4)
        ) as other_amount,
        {{ money_product('capped_quantity', 'unit_cost') }} as cost_amount

    from recomputed

)

select * from final
