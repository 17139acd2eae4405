with

visits as (

    select * from {{ ref('int_web_visits_monthly') }}

),

bounds as (

    select
        min(first_session_date) as first_session_date,
        max(last_session_date) as last_session_date

    from visits

),

channels as (

    select distinct channel from visits

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

-- an order on a day before the first or after the last session has no visit that it could come from
purchasers as (

    select
        cast({{ dbt.date_trunc('month', 'orders.order_date') }} as date) as month_start_date,
        channels.channel,
        orders.customer_id,
        count(*) as order_count

    from {{ ref('fct_orders') }} as orders
    inner join bounds
        on orders.order_date between bounds.first_session_date and bounds.last_session_date
    left join channels
        on coalesce(orders.channel, 'unknown') = channels.channel and channels.channel <> 'all'
    where orders.is_sale
    group by cast({{ dbt.date_trunc('month', 'orders.order_date') }} as date), channels.channel, orders.customer_id

),

-- sessions and orders that have no channel in common cannot be told apart by it
comparison as (

    select count(*) filter (where channel <> 'unknown') > 0 as has_common_channels
    from purchasers

),

counted as (

    select
        purchasers.month_start_date,
        case when grouping(purchasers.channel) = 1 then 'all' else purchasers.channel end as order_channel,
        sum(purchasers.order_count) as order_count,
        count(distinct purchasers.customer_id)
        + coalesce(sum(purchasers.order_count) filter (where purchasers.customer_id is null), 0) as purchaser_count

    from purchasers
    cross join comparison
    where purchasers.channel is not null or not comparison.has_common_channels
    group by grouping sets ((purchasers.month_start_date, purchasers.channel), (purchasers.month_start_date))

),

filled as (

    select
        months.month_start_date,
        channels.channel,
        months.is_partial_period,
        coalesce(visits.visit_count, 0) as visit_count,
        coalesce(visits.visitor_count, 0) as visitor_count,
        case
            when channels.channel = 'all' or comparison.has_common_channels
                then cast(coalesce(counted.order_count, 0) as bigint)
        end as order_count,
        case
            when channels.channel = 'all' or comparison.has_common_channels
                then cast(coalesce(counted.purchaser_count, 0) as bigint)
        end as purchaser_count

    from months
    cross join channels
    cross join comparison
    left join visits
        on months.month_start_date = visits.month_start_date and channels.channel = visits.channel
    left join counted
        on months.month_start_date = counted.month_start_date and channels.channel = counted.order_channel

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
