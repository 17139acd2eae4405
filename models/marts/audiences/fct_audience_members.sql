with

compared as (

    select * from {{ ref('int_audiences_compared') }}

),

decisions as (

    select * from {{ ref('fct_customer_actions') }}

),

permissions as (

    select * from {{ ref('int_contact_permissions') }}

),

predictions as (

    select * from {{ ref('fct_customer_lifetime_value') }}

),

planned as (

    select * from {{ ref('fct_budget_plan') }}

),

listed as (

    select
        *,
        audience as listed_audience,
        case
            when previous_as_of_date is null or audience = previous_audience then 'member' else 'entered'
        end as membership,
        case when audience = previous_audience then previous_entered_date else as_of_date end as since_date
    from compared
    where audience is not null

    union all

    select
        *,
        previous_audience as listed_audience,
        'left' as membership,
        previous_entered_date as since_date
    from compared
    where previous_audience is not null and audience is distinct from previous_audience

),

final as (

    select
        {{ combined_key(['listed.audience_kind', 'listed.listed_audience', 'listed.customer_id']) }}
            as audience_member_key,
        listed.audience_kind,
        listed.listed_audience as audience,
        listed.customer_id,
        listed.membership,
        -- nobody has entered as far as the first build knows
        case when listed.previous_as_of_date is not null then listed.since_date end as entered_date,
        listed.previous_audience,
        listed.audience as current_audience,
        listed.as_of_date,
        listed.previous_as_of_date,
        listed.membership <> 'left' and coalesce(decisions.is_to_contact, false) as is_to_contact,
        permissions.contact_obstacle,
        permissions.is_holdout,
        decisions.offer,
        decisions.channel,
        decisions.cost_per_contact,
        decisions.discount_rate,
        case when listed.membership <> 'left' then planned.offer end as planned_offer,
        case when listed.membership <> 'left' then planned.channel end as planned_channel,
        decisions.rule_reason,
        cast(predictions.clv_6m as decimal(18, 4)) as clv_6m

    from listed
    left join decisions
        on listed.customer_id = decisions.customer_id
    left join permissions
        on listed.customer_id = permissions.customer_id
    left join predictions
        on listed.customer_id = predictions.customer_id
    left join planned
        on listed.customer_id = planned.customer_id

)

select * from final
