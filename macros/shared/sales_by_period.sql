{#- The query of the sales marts: one row per day, week or month from the first order to the as-of date. -#}
{% macro sales_by_period(grain, start_date) -%}
{%- set year_before = dbt.dateadd('week', -52, 'periods.' ~ start_date) if grain == 'week'
    else dbt.dateadd('year', -1, 'periods.' ~ start_date) -%}
with

periods as (

    select
        period_start_date as {{ start_date }},
        period_index,
        is_first_period,
        is_partial_period

    from {{ ref('int_periods') }}
    where period_grain = '{{ grain }}'

),

summed_orders as (

    select
        cast({{ dbt.date_trunc(grain, 'order_date') }} as date) as {{ start_date }},
        count(*) filter (where is_sale) as order_count,
        sum(sale_line_count) as sale_line_count,
        count(distinct case when is_sale then customer_id end) as active_customers,
        sum(units) as units,
        sum(gross_revenue) as gross_revenue,
        sum(discount_amount) as discount_amount,
        sum(returns_amount) as returns_amount,
        sum(net_revenue) as net_revenue,
        sum(margin_amount) as margin_amount

    from {{ ref('fct_orders') }}
    group by cast({{ dbt.date_trunc(grain, 'order_date') }} as date)

),

-- a period without orders is a row of zeros
filled as (

    select
        periods.*,
        cast({{ year_before }} as date) as year_before_date,
        coalesce(summed_orders.order_count, 0) as order_count,
        cast(coalesce(summed_orders.sale_line_count, 0) as bigint) as sale_line_count,
        coalesce(summed_orders.active_customers, 0) as active_customers,
        cast(coalesce(summed_orders.units, 0) as decimal(18, 4)) as units,
        cast(coalesce(summed_orders.gross_revenue, 0) as decimal(18, 4)) as gross_revenue,
        cast(coalesce(summed_orders.discount_amount, 0) as decimal(18, 4)) as discount_amount,
        cast(coalesce(summed_orders.returns_amount, 0) as decimal(18, 4)) as returns_amount,
        cast(coalesce(summed_orders.net_revenue, 0) as decimal(18, 4)) as net_revenue,
        cast(summed_orders.margin_amount as decimal(18, 4)) as margin_amount

    from periods
    left join summed_orders
        on periods.{{ start_date }} = summed_orders.{{ start_date }}

),

final as (

    select
        filled.{{ start_date }},
        filled.is_first_period,
        filled.is_partial_period,
        filled.order_count,
        filled.sale_line_count,
        filled.active_customers,
        filled.units,
        filled.gross_revenue,
        filled.discount_amount,
        filled.returns_amount,
        filled.net_revenue,
        filled.margin_amount,
        {{ growth('filled.net_revenue', 'previous.net_revenue') }} as net_revenue_growth_{{ grain }},
        {{ growth('filled.net_revenue', 'a_year_before.net_revenue') }} as net_revenue_growth_year,
        cast(filled.net_revenue as double) / nullif(filled.order_count, 0) as average_order_value,
        cast(filled.units as double) / nullif(filled.order_count, 0) as units_per_order,
        cast(filled.net_revenue as double) / nullif(filled.active_customers, 0) as net_revenue_per_active_customer,
        {{ ratio('filled.returns_amount', 'filled.gross_revenue') }} as return_rate,
        {{ ratio('filled.discount_amount', 'filled.gross_revenue') }} as discount_rate

    from filled
    left join filled as previous
        on filled.period_index = previous.period_index + 1
    left join filled as a_year_before
        on filled.year_before_date = a_year_before.{{ start_date }}

)

select * from final
{%- endmacro %}
