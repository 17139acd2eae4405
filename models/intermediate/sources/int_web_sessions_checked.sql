with

web_sessions as (

    select * from {{ ref('stg_web__sessions') }}

),

inspected as (

    select
        raw_row_number,
        session_id,
        visitor_id,
        customer_id,
        started_at,
        channel,
        case
            {{ source_row_problems('web_sessions') }}
        end as own_problem

    from web_sessions

),

counted as (

    select
        *,
        {{ copy_number(['session_id', 'visitor_id', 'customer_id', 'started_at', 'channel']) }} as copy_number

    from inspected

),

checked as (

    select
        raw_row_number,
        coalesce(session_id, cast(raw_row_number as {{ dbt.type_string() }})) as session_id,
        visitor_id,
        customer_id,
        started_at,
        cast(started_at as date) as session_date,
        channel,
        case
            when own_problem is not null then own_problem
            when copy_number > 1 then 'duplicate'
        end as row_problem

    from counted

)

select * from checked
