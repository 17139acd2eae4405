with

months as (

    select
        period_start_date as month_start_date,
        last_covered_date,
        is_first_period,
        is_partial_period

    from {{ ref('int_periods') }}
    where period_grain = 'month'

),

monthly_orders as (

    select
        cast({{ dbt.date_trunc('month', 'order_date') }} as date) as month_start_date,
        count(*) filter (where is_sale) as order_count,
        sum(sale_line_count) as sale_line_count,
        count(distinct case when is_sale then customer_id end) as active_customers,
        sum(units) as units,
        sum(gross_revenue) as gross_revenue,
        sum(discount_amount) as discount_amount,
        sum(returns_amount) as returns_amount,
        sum(net_revenue) as net_revenue

    from {{ ref('fct_orders') }}
    group by cast({{ dbt.date_trunc('month', 'order_date') }} as date)

),

-- a month without orders is a row of zeros
filled as (

    select
        months.month_start_date,
        months.is_first_period,
        months.is_partial_period,
        coalesce(monthly_orders.order_count, 0) as order_count,
        cast(coalesce(monthly_orders.sale_line_count, 0) as bigint) as sale_line_count,
        coalesce(monthly_orders.active_customers, 0) as active_customers,
        cast(coalesce(monthly_orders.units, 0) as decimal(18, 4)) as units,
        cast(coalesce(monthly_orders.gross_revenue, 0) as decimal(18, 4)) as gross_revenue,
        cast(coalesce(monthly_orders.discount_amount, 0) as decimal(18, 4)) as discount_amount,
        cast(coalesce(monthly_orders.returns_amount, 0) as decimal(18, 4)) as returns_amount,
        cast(coalesce(monthly_orders.net_revenue, 0) as decimal(18, 4)) as net_revenue

    from months
    left join monthly_orders
        on months.month_start_date = monthly_orders.month_start_date

),

compared as (

    select
        *,
        cast(lag(net_revenue) over (order by month_start_date) as double) as net_revenue_month_before,
        cast(lag(net_revenue, 12) over (order by month_start_date) as double) as net_revenue_year_before

    from filled

),

final as (

    select
        month_start_date,
        is_first_period,
        is_partial_period,
        order_count,
        sale_line_count,
        active_customers,
        units,
        gross_revenue,
        discount_amount,
        returns_amount,
        net_revenue,
        cast(net_revenue as double) / nullif(net_revenue_month_before, 0) - 1 as net_revenue_growth_month,
        cast(net_revenue as double) / nullif(net_revenue_year_before, 0) - 1 as net_revenue_growth_year,
        cast(net_revenue as double) / nullif(order_count, 0) as average_order_value,
        cast(units as double) / nullif(order_count, 0) as units_per_order,
        cast(net_revenue as double) / nullif(active_customers, 0) as net_revenue_per_active_customer

    from compared

)

select * from final
