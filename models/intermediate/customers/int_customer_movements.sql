with

came as (

    select
        month_start_date,
        count(*) filter (where is_active) as active_customers,
        count(*) filter (where is_active and is_first_order_month) as new_customers,
        count(*) filter (
            where
            is_active
            and previous_order_month = cast({{ dbt.dateadd('month', -1, 'month_start_date') }} as date)
        ) as retained_customers,
        sum(order_count) as order_count,
        sum(net_revenue) filter (where is_first_order_month) as new_net_revenue,
        sum(net_revenue) filter (where not is_first_order_month) as existing_net_revenue

    from {{ ref('int_customer_months') }}
    group by month_start_date

),

lapses as (

    select
        cast({{ dbt.date_trunc('month', 'lapsed_from_date') }} as date) as lapsed_month,
        cast({{ dbt.date_trunc('month', 'lapsed_until_date') }} as date) as reactivated_month

    from {{ ref('int_customer_lapses') }}

),

-- who lapses and comes back within one month is no movement: both ends of the month see the customer alive
fell_silent as (

    select
        lapsed_month as month_start_date,
        count(*) as newly_lapsed_customers

    from lapses
    where lapsed_month is distinct from reactivated_month
    group by lapsed_month

),

came_back as (

    select
        reactivated_month as month_start_date,
        count(*) as reactivated_customers

    from lapses
    where lapsed_month <> reactivated_month
    group by reactivated_month

),

second_orders as (

    select
        cast({{ dbt.date_trunc('month', 'order_date') }} as date) as month_start_date,
        count(*) as second_order_count

    from {{ ref('fct_orders') }}
    where customer_order_number = 2
    group by cast({{ dbt.date_trunc('month', 'order_date') }} as date)

),

joined as (

    select
        months.period_start_date as month_start_date,
        months.is_first_period,
        months.is_partial_period,
        coalesce(came.active_customers, 0) as active_customers,
        coalesce(came.new_customers, 0) as new_customers,
        coalesce(came.retained_customers, 0) as retained_customers,
        coalesce(fell_silent.newly_lapsed_customers, 0) as newly_lapsed_customers,
        coalesce(came_back.reactivated_customers, 0) as reactivated_customers,
        coalesce(second_orders.second_order_count, 0) as second_order_count,
        coalesce(came.order_count, 0) as order_count,
        coalesce(came.new_net_revenue, 0) as new_net_revenue,
        coalesce(came.existing_net_revenue, 0) as existing_net_revenue

    from {{ ref('int_periods') }} as months
    left join came
        on months.period_start_date = came.month_start_date
    left join fell_silent
        on months.period_start_date = fell_silent.month_start_date
    left join came_back
        on months.period_start_date = came_back.month_start_date
    left join second_orders
        on months.period_start_date = second_orders.month_start_date
    where months.period_grain = 'month'

)

select * from joined
