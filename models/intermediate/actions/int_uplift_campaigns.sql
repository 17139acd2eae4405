{%- set window_days = var('campaign_window_days') | int -%}
with

-- who has not consented is in neither arm: a shop that keeps to consent contacts nobody like them
permissions as (

    select
        customer_id,
        is_holdout,
        coalesce(contact_obstacle, '') <> 'no_consent' as is_permitted

    from {{ ref('int_contact_permissions') }}

),

groups as (

    select
        count(*) filter (where is_holdout) as holdout_customers,
        count(*) filter (where not is_holdout) as other_customers

    from permissions
    where is_permitted

),

snapshots as (

    select distinct snapshot_date from {{ ref('fct_customer_segment_history') }}

),

sends as (

    select
        contacts.campaign,
        min(contacts.first_sent_date) as first_sent_date,
        max(contacts.first_sent_date) as last_sent_date,
        cast({{ dbt.dateadd('day', window_days, 'max(contacts.first_sent_date)') }} as date) as window_end_date,
        count(*) as contacted_customers,
        count(*) filter (where permissions.is_permitted and permissions.is_holdout) as contacted_holdout_customers,
        count(*) filter (where permissions.is_permitted and not permissions.is_holdout) as contacted_other_customers

    from {{ ref('int_campaign_contacts') }} as contacts
    left join permissions
        on contacts.customer_id = permissions.customer_id
    where contacts.first_sent_date is not null
    group by contacts.campaign

),

dated as (

    select
        sends.campaign,
        max(snapshots.snapshot_date) as snapshot_date

    from sends
    inner join snapshots
        on sends.first_sent_date > snapshots.snapshot_date
    group by sends.campaign

),

final as (

    select
        sends.*,
        dated.snapshot_date,
        groups.holdout_customers,
        case
            when groups.holdout_customers = 0 then 'no_control_group'
            when dated.snapshot_date is null then 'before_the_data'
            when {{ dbt.datediff('sends.first_sent_date', 'sends.last_sent_date', 'day') }} > {{ window_days }}
                then 'spread_out'
            -- a tenth may be a slip; a control group that is contacted more than that is none
            when
                cast(sends.contacted_holdout_customers as double) / groups.holdout_customers
                > 0.1 * cast(sends.contacted_other_customers as double) / nullif(groups.other_customers, 0)
                then 'holdout_was_contacted'
            when sends.window_end_date > bounds.as_of_date then 'window_not_over'
        end as obstacle

    from sends
    cross join groups
    cross join {{ ref('int_as_of_date') }} as bounds
    left join dated
        on sends.campaign = dated.campaign

)

select * from final
