with

sessions as (

    select
        cast({{ dbt.date_trunc('month', 'sessions.session_date') }} as date) as month_start_date,
        sessions.session_date,
        coalesce(sessions.channel, 'unknown') as channel,
        coalesce(sessions.visitor_id, sessions.customer_id) as visitor_id

    from {{ ref('int_web_sessions_checked') }} as sessions
    cross join {{ ref('int_as_of_date') }} as bounds
    where
        sessions.row_problem is null
        and sessions.session_date
        between {{ dbt.date_trunc('month', 'bounds.first_order_date') }} and bounds.as_of_date

),

summed as (

    select
        month_start_date,
        case when grouping(channel) = 1 then 'all' else channel end as visit_channel,
        count(*) as visit_count,
        count(distinct visitor_id) as visitor_count,
        min(session_date) as first_session_date,
        max(session_date) as last_session_date

    from sessions
    group by grouping sets ((month_start_date, channel), (month_start_date))

),

compared as (

    select
        *,
        count(*) filter (where visit_channel not in ('all', 'unknown')) over () as named_channel_rows

    from summed

),

-- where no session names a channel there is nothing to tell apart
final as (

    select
        {{ combined_key(['month_start_date', 'visit_channel']) }} as web_visits_monthly_key,
        month_start_date,
        visit_channel as channel,
        visit_count,
        visitor_count,
        first_session_date,
        last_session_date

    from compared
    where visit_channel = 'all' or named_channel_rows > 0

)

select * from final
