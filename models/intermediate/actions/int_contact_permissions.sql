with

customers as (

    select
        customer_id,
        has_marketing_consent,
        bool_or(has_marketing_consent is not null) over () as is_consent_recorded

    from {{ ref('dim_customers') }}

),

recent_touches as (

    select
        touches.customer_id,
        count(*) as recent_touch_count

    from {{ ref('int_campaign_touches_checked') }} as touches
    cross join {{ ref('int_as_of_date') }} as bounds
    where
        touches.row_problem is null
        and touches.sent_date <= bounds.as_of_date
        and touches.sent_date
        > {{ dbt.dateadd('day', -(var('contact_limit_days') | int), 'bounds.as_of_date') }}
    group by touches.customer_id

),

counted as (

    select
        customers.customer_id,
        customers.has_marketing_consent,
        customers.is_consent_recorded,
        coalesce(recent_touches.recent_touch_count, 0) as recent_touch_count,
        -- in the control group for good, so that what an action does can be measured from build to build
        {{ hashed_share("customers.customer_id || '+' || '" ~ var('random_state') ~ "'") }}
        < {{ var('holdout_share') }} as is_holdout

    from customers
    left join recent_touches
        on customers.customer_id = recent_touches.customer_id

),

final as (

    select
        customer_id,
        recent_touch_count,
        case
            -- where consent is recorded at all, who has no record has not consented
            when is_consent_recorded and not coalesce(has_marketing_consent, false) then 'no_consent'
            when recent_touch_count >= {{ var('contact_limit') }} then 'contact_limit'
        end as contact_obstacle,
        is_holdout

    from counted

)

select * from final
