with

order_lines as (

    select *
    from {{ ref('int_order_lines_classified') }}
    where row_class = 'accepted'

),

limits as (

    select * from {{ ref('int_outlier_limits') }}

),

assumption as (

    select * from {{ ref('int_assumed_margin_rate') }}

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
        coalesce(discount_amount, 0) as line_discount,
        {{ money_product('capped_quantity', 'unit_cost') }} as cost_amount

    from capped

),

summed as (

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
        cost_amount

    from recomputed

),

-- margins are known for all lines or for none: the cost of a line that has none is assumed as soon as others have one
final as (

    select
        summed.*,
        cast(
            case
                when assumption.assumed_margin_rate is null then null
                when summed.transaction_type in ('discount', 'other') then summed.net_revenue
                when summed.cost_amount is not null then summed.net_revenue - summed.cost_amount
                else cast(cast(summed.net_revenue as double) * assumption.assumed_margin_rate as decimal(18, 4))
            end as decimal(18, 4)
        ) as margin_amount

    from summed
    cross join assumption

)

select * from final
