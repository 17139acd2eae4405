with

order_lines as (

    select *
    from {{ ref('fct_order_lines') }}
    where product_id is not null

),

-- the name most often written on a product's lines; of two as frequent, the first by alphabet
descriptions as (

    select
        product_id,
        description,
        row_number() over (partition by product_id order by count(*) desc, description asc) as position,
        count(*) over (partition by product_id) as description_count

    from {{ ref('int_order_lines_classified') }}
    where row_class = 'accepted' and product_id is not null and description is not null
    group by product_id, description

),

summed as (

    select
        product_id,
        min(line_type) as line_type,
        min(order_date) filter (where transaction_type = 'sale') as first_sale_date,
        max(order_date) filter (where transaction_type = 'sale') as last_sale_date,
        count(distinct case when transaction_type = 'sale' then order_id end) as order_count,
        coalesce(sum(quantity) filter (where transaction_type = 'sale'), 0) as units,
        sum(gross_revenue) as gross_revenue,
        sum(discount_amount) as discount_amount,
        sum(returns_amount) as returns_amount,
        sum(net_revenue) as net_revenue,
        sum(margin_amount) as margin_amount,
        sum(other_amount) as other_amount

    from order_lines
    group by product_id

),

final as (

    select
        summed.product_id,
        descriptions.description,
        coalesce(descriptions.description_count, 0) as description_count,
        summed.line_type,
        summed.first_sale_date,
        summed.last_sale_date,
        summed.order_count,
        cast(summed.units as decimal(18, 4)) as units,
        cast(summed.gross_revenue as decimal(18, 4)) as gross_revenue,
        cast(summed.discount_amount as decimal(18, 4)) as discount_amount,
        cast(summed.returns_amount as decimal(18, 4)) as returns_amount,
        cast(summed.net_revenue as decimal(18, 4)) as net_revenue,
        cast(summed.margin_amount as decimal(18, 4)) as margin_amount,
        {{ ratio('summed.returns_amount', 'summed.gross_revenue') }} as return_rate,
        {{ ratio('summed.discount_amount', 'summed.gross_revenue') }} as discount_rate,
        cast(summed.other_amount as decimal(18, 4)) as other_amount

    from summed
    left join descriptions
        on
            summed.product_id = descriptions.product_id
            and descriptions.position = 1

)

select * from final
