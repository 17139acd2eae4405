with

members as (

    select * from {{ ref('fct_audience_members') }}

),

compared as (

    select * from {{ ref('int_audiences_compared') }}

),

bounds as (

    select
        max(as_of_date) as as_of_date,
        max(previous_as_of_date) as previous_as_of_date

    from compared

),

-- an audience that nobody is in is one too, and one that the seeds no longer name may have been left
named as (

    select
        'segment' as audience_kind,
        segment as audience,
        false as is_contact
    from {{ ref('rfm_segments') }}

    union

    select
        'action' as audience_kind,
        action as audience,
        is_contact
    from {{ ref('actions') }}

    union

    select
        members.audience_kind,
        members.audience,
        coalesce(members.audience_kind = 'action' and actions.is_contact, false) as is_contact
    from members
    left join {{ ref('actions') }} as actions
        on members.audience = actions.action

),

previous as (

    select
        audience_kind,
        previous_audience,
        count(*) as previous_members

    from compared
    where previous_audience is not null
    group by audience_kind, previous_audience

),

counted as (

    select
        audience_kind,
        audience,
        count(*) filter (where membership <> 'left') as members,
        count(*) filter (where membership = 'entered') as entered_members,
        count(*) filter (where membership = 'left') as left_members,
        count(*) filter (where is_to_contact) as members_to_contact,
        count(*) filter (where membership <> 'left' and is_holdout) as control_group_members,
        sum(clv_6m) filter (where membership <> 'left') as clv_6m

    from members
    group by audience_kind, audience

),

final as (

    select
        {{ combined_key(['named.audience_kind', 'named.audience']) }} as audience_key,
        named.audience_kind,
        named.audience,
        named.is_contact,
        bounds.as_of_date,
        bounds.previous_as_of_date,
        coalesce(counted.members, 0) as members,
        case when bounds.previous_as_of_date is not null then coalesce(previous.previous_members, 0) end
            as previous_members,
        case when bounds.previous_as_of_date is not null then coalesce(counted.entered_members, 0) end
            as entered_members,
        case when bounds.previous_as_of_date is not null then coalesce(counted.left_members, 0) end as left_members,
        coalesce(counted.members_to_contact, 0) as members_to_contact,
        coalesce(counted.control_group_members, 0) as control_group_members,
        cast(counted.clv_6m as decimal(18, 4)) as clv_6m

    from named
    cross join bounds
    left join counted
        on named.audience_kind = counted.audience_kind and named.audience = counted.audience
    left join previous
        on named.audience_kind = previous.audience_kind and named.audience = previous.previous_audience

)

select * from final
