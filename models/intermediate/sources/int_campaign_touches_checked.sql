with

campaign_touches as (

    select * from {{ ref('stg_marketing__campaign_touches') }}

),

inspected as (

    select
        raw_row_number,
        customer_id,
        campaign,
        channel,
        sent_at,
        sent_date,
        has_responded,
        case
            {{ source_row_problems('campaign_touches') }}
        end as own_problem

    from campaign_touches

),

counted as (

    select
        *,
        {{ copy_number(['customer_id', 'campaign', 'channel', 'sent_at', 'has_responded']) }} as copy_number

    from inspected

),

checked as (

    select
        raw_row_number,
        customer_id,
        campaign,
        channel,
        sent_at,
        sent_date,
        has_responded,
        case
            when own_problem is not null then own_problem
            when copy_number > 1 then 'duplicate'
        end as row_problem

    from counted

)

select * from checked
