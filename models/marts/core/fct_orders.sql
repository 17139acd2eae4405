with

order_lines as (

    select * from {{ ref('fct_order_lines') }}

),

summed as (

    select
        order_id,
        min(customer_id) as customer_id,
        min(ordered_at) as ordered_at,
        min(country) as country,
        min(channel) as channel,
        count(*) filter (where transaction_type = 'sale') as sale_line_count,
        count(*) as line_count,
        count(distinct case when transaction_type = 'sale' then product_id end) as product_count,
        coalesce(sum(quantity) filter (where transaction_type = 'sale'), 0) as units,
        sum(gross_revenue) as gross_revenue,
        sum(discount_amount) as discount_amount,
        sum(returns_amount) as returns_amount,
        sum(net_revenue) as net_revenue,
        sum(other_amount) as other_amount,
        sum(margin_amount) as margin_amount

    from order_lines
    group by order_id

),

numbered as (

    select
        *,
        cast(ordered_at as date) as order_date,
        sale_line_count > 0 as is_sale,
        case
            when sale_line_count > 0 and customer_id is not null
                then row_number() over (
                    partition by customer_id, sale_line_count > 0
                    order by ordered_at, order_id
                )
        end as customer_order_number,
        case
            when sale_line_count > 0 and customer_id is not null
                then lag(cast(ordered_at as date)) over (
                    partition by customer_id, sale_line_count > 0
                    order by ordered_at, order_id
                )
        end as previous_order_date

    from summed

),

final as (

    select
        order_id,
        customer_id,
        ordered_at,
        order_date,
        country,
        channel,
        is_sale,
        customer_order_number,
        {{ dbt.datediff('previous_order_date', 'order_date', 'day') }} as days_since_previous_order,
        line_count,
        sale_line_count,
        product_count,
        cast(units as decimal(18, 4)) as units,
        cast(gross_revenue as decimal(18, 4)) as gross_revenue,
        cast(discount_amount as decimal(18, 4)) as discount_amount,
        cast(returns_amount as decimal(18, 4)) as returns_amount,
        cast(net_revenue as decimal(18, 4)) as net_revenue,
        cast(other_amount as decimal(18, 4)) as other_amount,
        cast(margin_amount as decimal(18, 4)) as margin_amount

    from numbered

)

select * from final
