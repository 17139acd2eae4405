with

movements as (

    select * from {{ ref('int_customer_movements') }}

),

guests as (

    select
        cast({{ dbt.date_trunc('month', 'order_date') }} as date) as month_start_date,
        sum(net_revenue) as unknown_customer_net_revenue

    from {{ ref('fct_orders') }}
    where customer_id is null
    group by cast({{ dbt.date_trunc('month', 'order_date') }} as date)

),

-- all that is counted up from the first month
accumulated as (

    select
        *,
        lag(active_customers) over (order by month_start_date) as previous_active_customers,
        sum(new_customers) over (order by month_start_date) as known_customers,
        sum(second_order_count) over (order by month_start_date) as repeat_customers,
        sum(order_count) over (order by month_start_date) as orders_to_date,
        sum(newly_lapsed_customers - reactivated_customers) over (order by month_start_date) as lapsed_customers,
        sum(new_customers + reactivated_customers - newly_lapsed_customers) over (
            order by month_start_date
        ) as closing_customers

    from movements

),

opened as (

    select
        *,
        closing_customers - new_customers - reactivated_customers + newly_lapsed_customers as opening_customers,
        known_customers - new_customers as known_before

    from accumulated

),

final as (

    select
        opened.month_start_date,
        opened.is_first_period,
        opened.is_partial_period,
        opened.active_customers,
        opened.new_customers,
        opened.active_customers - opened.new_customers as existing_customers,
        opened.retained_customers,
        opened.previous_active_customers,
        cast(opened.known_customers as bigint) as known_customers,
        cast(opened.opening_customers as bigint) as opening_customers,
        opened.reactivated_customers,
        opened.newly_lapsed_customers,
        cast(opened.closing_customers as bigint) as closing_customers,
        cast(opened.lapsed_customers as bigint) as lapsed_customers,
        cast(opened.repeat_customers as bigint) as repeat_customers,
        cast(opened.new_net_revenue as decimal(18, 4)) as new_net_revenue,
        cast(opened.existing_net_revenue as decimal(18, 4)) as existing_net_revenue,
        cast(coalesce(guests.unknown_customer_net_revenue, 0) as decimal(18, 4)) as unknown_customer_net_revenue,
        cast(opened.new_customers as double) / nullif(opened.known_before, 0) as acquisition_rate,
        cast(opened.new_customers as double) / nullif(opened.active_customers, 0) as new_customer_share,
        cast(opened.retained_customers as double) / nullif(opened.previous_active_customers, 0) as retention_rate,
        1 - cast(opened.retained_customers as double) / nullif(opened.previous_active_customers, 0) as churn_rate,
        cast(opened.newly_lapsed_customers as double) / nullif(opened.opening_customers, 0) as lapse_churn_rate,
        cast(opened.lapsed_customers as double) / nullif(opened.known_customers, 0) as lapse_rate,
        cast(opened.repeat_customers as double) / nullif(opened.known_customers, 0) as repeat_rate,
        1 - cast(opened.repeat_customers as double) / nullif(opened.known_customers, 0) as one_time_share,
        cast(opened.orders_to_date as double) / nullif(opened.known_customers, 0) as orders_per_customer

    from opened
    left join guests
        on opened.month_start_date = guests.month_start_date

)

select * from final
