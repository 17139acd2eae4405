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

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

activity as (

    select
        month_start_date,
        count(*) filter (where is_active) as active_customers,
        count(*) filter (where is_active and is_first_order_month) as new_customers,
        count(*) filter (where is_active and not is_first_order_month) as existing_customers,
        count(*) filter (
            where
            is_active
            and previous_order_month = cast({{ dbt.dateadd('month', -1, 'month_start_date') }} as date)
        ) as retained_customers,
        sum(net_revenue) filter (where is_first_order_month) as new_net_revenue,
        sum(net_revenue) filter (where not is_first_order_month) as existing_net_revenue

    from customer_months
    group by month_start_date

),

guests as (

    select
        cast({{ dbt.date_trunc('month', 'order_date') }} as date) as month_start_date,
        sum(net_revenue) as unknown_customer_net_revenue

    from {{ ref('fct_orders') }}
    where customer_id is null
    group by cast({{ dbt.date_trunc('month', 'order_date') }} as date)

),

lapsed as (

    select
        months.month_start_date,
        count(*) as lapsed_customers

    from months
    inner join {{ ref('int_customer_lapses') }} as lapses
        on
            months.last_covered_date >= lapses.lapsed_from_date
            and (lapses.lapsed_until_date is null or months.last_covered_date < lapses.lapsed_until_date)
    group by months.month_start_date

),

filled as (

    select
        months.month_start_date,
        months.is_first_period,
        months.is_partial_period,
        coalesce(activity.active_customers, 0) as active_customers,
        coalesce(activity.new_customers, 0) as new_customers,
        coalesce(activity.existing_customers, 0) as existing_customers,
        coalesce(activity.retained_customers, 0) as retained_customers,
        coalesce(lapsed.lapsed_customers, 0) as lapsed_customers,
        cast(coalesce(activity.new_net_revenue, 0) as decimal(18, 4)) as new_net_revenue,
        cast(coalesce(activity.existing_net_revenue, 0) as decimal(18, 4)) as existing_net_revenue,
        cast(coalesce(guests.unknown_customer_net_revenue, 0) as decimal(18, 4)) as unknown_customer_net_revenue

    from months
    left join activity
        on months.month_start_date = activity.month_start_date
    left join guests
        on months.month_start_date = guests.month_start_date
    left join lapsed
        on months.month_start_date = lapsed.month_start_date

),

windowed as (

    select
        *,
        lag(active_customers) over (order by month_start_date) as previous_active_customers,
        cast(sum(new_customers) over (order by month_start_date) as bigint) as known_customers

    from filled

),

final as (

    select
        *,
        cast(retained_customers as double) / nullif(previous_active_customers, 0) as retention_rate,
        1 - cast(retained_customers as double) / nullif(previous_active_customers, 0) as churn_rate,
        cast(lapsed_customers as double) / nullif(known_customers, 0) as lapse_rate

    from windowed

)

select * from final
