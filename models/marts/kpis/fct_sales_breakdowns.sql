with

products as (

    select * from {{ ref('dim_products') }}

),

broken_down as (

    {% for dimension in ['country', 'channel'] -%}
    {% for month_start_date in [dbt.date_trunc('month', 'order_date'), 'null'] -%}
    select
        '{{ dimension }}' as dimension,
        coalesce({{ dimension }}, 'unknown') as member,
        cast({{ month_start_date }} as date) as month_start_date,
        count(*) filter (where is_sale) as order_count,
        count(distinct case when is_sale then customer_id end) as customer_count,
        sum(units) as units,
        sum(gross_revenue) as gross_revenue,
        sum(discount_amount) as discount_amount,
        sum(returns_amount) as returns_amount,
        sum(net_revenue) as net_revenue,
        sum(margin_amount) as margin_amount
    from {{ ref('fct_orders') }}
    group by coalesce({{ dimension }}, 'unknown'), cast({{ month_start_date }} as date)
    union all
    {% endfor -%}
    {% endfor -%}
    select
        'product' as dimension,
        product_id as member,
        month_start_date,
        order_count,
        customer_count,
        units,
        gross_revenue,
        discount_amount,
        returns_amount,
        net_revenue,
        margin_amount
    from {{ ref('int_product_sales') }}

),

ranked as (

    select
        *,
        sum(net_revenue) over (partition by dimension, month_start_date) as total_net_revenue,
        row_number() over (
            partition by dimension, month_start_date
            order by net_revenue desc, member asc
        ) as revenue_rank

    from broken_down

),

final as (

    select
        {{ combined_key([
            'ranked.dimension', 'ranked.member', text_or_all('ranked.month_start_date')
        ]) }} as sales_breakdown_key,
        ranked.dimension,
        ranked.member,
        products.description as product_description,
        case when ranked.month_start_date is null then 'all' else 'month' end as period_grain,
        ranked.month_start_date,
        ranked.order_count,
        ranked.customer_count,
        cast(ranked.units as decimal(18, 4)) as units,
        cast(ranked.gross_revenue as decimal(18, 4)) as gross_revenue,
        cast(ranked.discount_amount as decimal(18, 4)) as discount_amount,
        cast(ranked.returns_amount as decimal(18, 4)) as returns_amount,
        cast(ranked.net_revenue as decimal(18, 4)) as net_revenue,
        cast(ranked.margin_amount as decimal(18, 4)) as margin_amount,
        cast(ranked.net_revenue as double)
        / nullif(cast(greatest(ranked.total_net_revenue, 0) as double), 0) as revenue_share,
        ranked.revenue_rank,
        {{ ratio('ranked.returns_amount', 'ranked.gross_revenue') }} as return_rate,
        {{ ratio('ranked.discount_amount', 'ranked.gross_revenue') }} as discount_rate

    from ranked
    left join products
        on
            ranked.dimension = 'product'
            and ranked.member = products.product_id

)

select * from final
