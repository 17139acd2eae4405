with

bounds as (

    select
        as_of_date,
        cast({{ dbt.date_trunc('month', 'first_order_date') }} as date) as first_month_date

    from {{ ref('int_as_of_date') }}

),

read as (

    select
        'sessions' as what,
        count(*) as row_count

    from {{ ref('int_web_sessions_checked') }} as sessions
    cross join bounds
    where
        sessions.row_problem is null
        and sessions.session_date between bounds.first_month_date and bounds.as_of_date
    union all
    select
        'touches' as what,
        count(*) as row_count

    from {{ ref('int_campaign_touches_checked') }} as touches
    cross join bounds
    where touches.row_problem is null and coalesce(touches.sent_date <= bounds.as_of_date, true)

),

counted as (

    select
        'sessions' as what,
        coalesce(sum(visit_count), 0) as row_count

    from {{ ref('fct_web_conversion_monthly') }}
    where channel = 'all'
    union all
    select
        'touches' as what,
        coalesce(sum(touch_count), 0) as row_count

    from {{ ref('int_campaign_contacts') }}

)

select
    read.what,
    read.row_count as read_rows,
    counted.row_count as counted_rows

from read
inner join counted
    on read.what = counted.what
where read.row_count <> counted.row_count
