{%- set window_days = var('campaign_window_days') | int -%}
with

-- a summary says who responded to a campaign, not when it was sent
responses as (

    select
        touches.customer_id,
        touches.campaign,
        touches.channel,
        touches.sent_date,
        touches.has_responded,
        1 as touch_count

    from {{ ref('int_campaign_touches_checked') }} as touches
    cross join {{ ref('int_as_of_date') }} as bounds
    where
        touches.row_problem is null
        and (touches.sent_date is null or touches.sent_date <= bounds.as_of_date)
    union all
    select
        customer_id,
        member as campaign,
        cast(null as {{ dbt.type_string() }}) as channel,
        cast(null as date) as sent_date,
        measure_value > 0 as has_responded,
        0 as touch_count

    from {{ ref('int_customer_summary_measures') }}
    where measure_kind = 'response' and measure_value is not null

),

contacts as (

    select
        customer_id,
        campaign,
        case when min(channel) = max(channel) then min(channel) when min(channel) is not null then 'several' end
            as send_channel,
        min(sent_date) as first_sent_date,
        max(sent_date) as last_sent_date,
        cast({{ dbt.dateadd('day', window_days, 'min(sent_date)') }} as date) as window_end_date,
        sum(touch_count) as touch_count,
        bool_or(has_responded) as has_responded

    from responses
    group by customer_id, campaign

),

-- whether they bought is known where the orders cover every day of the window
covered as (

    select
        contacts.*,
        contacts.first_sent_date >= bounds.first_order_date
        and contacts.window_end_date <= bounds.as_of_date as is_window_covered

    from contacts
    cross join {{ ref('int_as_of_date') }} as bounds

),

purchases as (

    select
        covered.customer_id,
        covered.campaign,
        sum(customer_days.order_count) as order_count,
        sum(customer_days.net_revenue) as net_revenue

    from covered
    inner join {{ ref('int_customer_days') }} as customer_days
        on
            covered.customer_id = customer_days.customer_id
            and customer_days.order_date between covered.first_sent_date and covered.window_end_date
    where covered.is_window_covered
    group by covered.customer_id, covered.campaign

),

final as (

    select
        {{ combined_key(['covered.campaign', 'covered.customer_id']) }} as campaign_contact_key,
        covered.customer_id,
        covered.campaign,
        covered.send_channel,
        covered.first_sent_date,
        covered.last_sent_date,
        cast(covered.touch_count as bigint) as touch_count,
        covered.has_responded,
        covered.is_window_covered,
        case when covered.is_window_covered then coalesce(purchases.order_count, 0) > 0 end as has_purchased,
        case when covered.is_window_covered then cast(coalesce(purchases.net_revenue, 0) as decimal(18, 4)) end
            as window_net_revenue

    from covered
    left join purchases
        on covered.customer_id = purchases.customer_id and covered.campaign = purchases.campaign

)

select * from final
