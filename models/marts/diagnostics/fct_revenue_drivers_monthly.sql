with

compared as (

    select
        *,
        cast(known_net_revenue as double) as revenue,
        cast(base_known_net_revenue as double) as base_revenue,
        known_net_revenue - base_known_net_revenue as known_change,
        least(
            active_customers, base_active_customers, order_count, base_order_count, known_net_revenue,
            base_known_net_revenue
        ) > 0 as has_logarithms

    from {{ ref('int_revenue_months_compared') }}

),

-- revenues that are nearly equal have a quotient of logarithms that is all rounding; their mean is exact to 12 digits
weighted as (

    select
        *,
        case
            when not has_logarithms then 0
            when abs(revenue - base_revenue) <= base_revenue * 1e-6 then (revenue + base_revenue) / 2
            else (revenue - base_revenue) / ln(revenue / base_revenue)
        end as logarithmic_mean

    from compared

),

-- without logarithms: customers at the base's revenue per customer, then orders at the base's revenue per order
decomposed as (

    select
        *,
        cast(case
            when has_logarithms
                then logarithmic_mean * ln(cast(active_customers as double) / base_active_customers)
            when base_active_customers > 0
                then base_revenue * (active_customers - base_active_customers) / base_active_customers
            when active_customers > 0 then revenue
            else 0
        end as decimal(18, 4)) as customers_effect,
        cast(case
            when has_logarithms
                then logarithmic_mean * ln(
                    cast(order_count as double) / active_customers * base_active_customers / base_order_count
                )
            when active_customers > 0 and base_active_customers > 0
                then base_revenue * (
                    cast(order_count as double) / base_order_count
                    - cast(active_customers as double) / base_active_customers
                )
            else 0
        end as decimal(18, 4)) as frequency_effect

    from weighted

),

final as (

    select
        month_comparison_key,
        month_start_date,
        comparison,
        base_month_start_date,
        is_partial_period,
        is_base_first_period,
        cast(known_net_revenue + unknown_customer_net_revenue as decimal(18, 4)) as net_revenue,
        cast(base_known_net_revenue + base_unknown_customer_net_revenue as decimal(18, 4)) as base_net_revenue,
        cast(
            known_change + unknown_customer_net_revenue - base_unknown_customer_net_revenue as decimal(18, 4)
        ) as revenue_change,
        customers_effect,
        frequency_effect,
        cast(known_change - customers_effect - frequency_effect as decimal(18, 4)) as order_value_effect,
        cast(
            unknown_customer_net_revenue - base_unknown_customer_net_revenue as decimal(18, 4)
        ) as unknown_customer_effect,
        case when has_logarithms then 'lmdi' else 'ordered' end as decomposition_method,
        active_customers,
        base_active_customers,
        cast(order_count as double) / nullif(active_customers, 0) as orders_per_customer,
        cast(base_order_count as double) / nullif(base_active_customers, 0) as base_orders_per_customer,
        revenue / nullif(order_count, 0) as average_order_value,
        base_revenue / nullif(base_order_count, 0) as base_average_order_value

    from decomposed

)

select * from final
