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
        cast(sum(touch_count) as bigint) as touch_count,
        bool_or(has_responded) as has_responded

    from responses
    group by customer_id, campaign

)

select * from contacts
