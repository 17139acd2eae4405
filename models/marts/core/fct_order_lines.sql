with

order_lines as (

    select * from {{ ref('int_order_lines_capped') }}

),

assumption as (

    select * from {{ ref('int_assumed_margin_rate') }}

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
        quantity,
        unit_price,
        is_quantity_capped,
        is_unit_price_capped,
        line_amount,
        cast(case when transaction_type = 'sale' then line_amount else 0 end as decimal(18, 4)) as gross_revenue,
        cast(
            case transaction_type
                when 'sale' then line_discount
                when 'discount' then -line_amount
                else 0
            end as decimal(18, 4)
        ) as discount_amount,
        cast(
            case when transaction_type = 'return' then -line_amount - line_discount else 0 end as decimal(18, 4)
        ) as returns_amount,
        cast(
            case transaction_type
                when 'sale' then line_amount - line_discount
                when 'return' then line_amount + line_discount
                when 'discount' then line_amount
                else 0
            end as decimal(18, 4)
        ) as net_revenue,
        cast(
            case when transaction_type = 'other' then line_amount - line_discount else 0 end as decimal(18, 4)
        ) as other_amount,
        cost_amount

    from order_lines

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
