with

visits as (

    select * from {{ ref('int_web_visits_monthly') }}

),

orders as (

    select * from {{ ref('int_web_orders_monthly') }}

),

bounds as (

    select
        min(first_session_date) as first_session_date,
        max(last_session_date) as last_session_date

    from visits

),

months as (

    select
        periods.period_start_date as month_start_date,
        periods.is_partial_period
        or periods.period_start_date < bounds.first_session_date
        or periods.period_end_date > bounds.last_session_date as is_partial_period

    from {{ ref('int_periods') }} as periods
    inner join bounds
        on
            periods.period_end_date >= bounds.first_session_date
            and periods.period_start_date <= bounds.last_session_date
    where periods.period_grain = 'month'

),

-- the orders of a channel are known as soon as sessions and orders name any channel in common
channels as (

    select
        visits.channel,
        visits.channel = 'all'
        or (visits.channel <> 'unknown' and count(orders.channel) > 0) as has_known_orders

    from visits
    left join orders
        on orders.channel <> 'all'
    group by visits.channel

),

filled as (

    select
        months.month_start_date,
        channels.channel,
        months.is_partial_period,
        coalesce(visits.visit_count, 0) as visit_count,
        coalesce(visits.visitor_count, 0) as visitor_count,
        case when channels.has_known_orders then coalesce(orders.order_count, 0) end as order_count,
        case when channels.has_known_orders then coalesce(orders.purchaser_count, 0) end as purchaser_count

    from months
    cross join channels
    left join visits
        on months.month_start_date = visits.month_start_date and channels.channel = visits.channel
    left join orders
        on months.month_start_date = orders.month_start_date and channels.channel = orders.channel

),

final as (

    select
        {{ combined_key(['month_start_date', 'channel']) }} as web_conversion_monthly_key,
        month_start_date,
        channel,
        is_partial_period,
        visit_count,
        visitor_count,
        order_count,
        purchaser_count,
        cast(order_count as double) / nullif(visit_count, 0) as visit_conversion_rate,
        cast(purchaser_count as double) / nullif(visitor_count, 0) as visitor_conversion_rate

    from filled

)

select * from final
