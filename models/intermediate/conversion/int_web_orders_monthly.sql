with

channels as (

    select
        channel,
        min(first_session_date) as first_session_date,
        max(last_session_date) as last_session_date

    from {{ ref('int_web_visits_monthly') }}
    group by channel

),

-- an order on a day before the first or after the last session has no visit that it could come from
purchasers as (

    select
        cast({{ dbt.date_trunc('month', 'orders.order_date') }} as date) as month_start_date,
        channels.channel,
        orders.customer_id,
        count(*) as order_count

    from {{ ref('fct_orders') }} as orders
    inner join channels as bounds
        on
            bounds.channel = 'all'
            and orders.order_date between bounds.first_session_date and bounds.last_session_date
    left join channels
        on orders.channel = channels.channel and channels.channel not in ('all', 'unknown')
    where orders.is_sale
    group by cast({{ dbt.date_trunc('month', 'orders.order_date') }} as date), channels.channel, orders.customer_id

),

-- sessions and orders that have no channel in common cannot be told apart by it
comparison as (

    select count(channel) > 0 as has_common_channels
    from purchasers

),

summed as (

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

final as (

    select
        {{ combined_key(['month_start_date', 'order_channel']) }} as web_orders_monthly_key,
        month_start_date,
        order_channel as channel,
        cast(order_count as bigint) as order_count,
        cast(purchaser_count as bigint) as purchaser_count

    from summed
    where order_channel is not null

)

select * from final
