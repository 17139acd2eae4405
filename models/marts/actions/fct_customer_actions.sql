with

situations as (

    select * from {{ ref('int_customer_situations') }}

),

decisions as (

    select * from {{ ref('int_situation_actions') }}

),

permissions as (

    select * from {{ ref('int_contact_permissions') }}

),

actions as (

    select * from {{ ref('actions') }}

),

-- what stands first in the seed is offered unless the budget plan finds better
offers as (

    select
        *,
        row_number() over (partition by action order by offer_number) as position

    from {{ ref('action_offers') }}

),

decided as (

    select
        situations.customer_id,
        situations.segment,
        situations.value_tier,
        situations.risk_band,
        situations.purchase_probability_26w,
        decisions.rule_number,
        decisions.action as rule_action,
        decisions.reason as rule_reason,
        case when actions.is_contact then permissions.contact_obstacle end as contact_obstacle,
        actions.is_contact and permissions.contact_obstacle is null as is_due,
        permissions.is_holdout

    from situations
    inner join decisions
        on
            situations.segment = decisions.segment
            and situations.value_tier = decisions.value_tier
            and situations.risk_band = decisions.risk_band
    inner join actions
        on decisions.action = actions.action
    inner join permissions
        on situations.customer_id = permissions.customer_id

),

final as (

    select
        decided.customer_id,
        decided.segment,
        decided.value_tier,
        decided.risk_band,
        decided.purchase_probability_26w,
        decided.rule_number,
        decided.rule_action,
        decided.rule_reason,
        decided.contact_obstacle,
        case when decided.contact_obstacle is null then decided.rule_action else 'leave_alone' end as action,
        decided.is_holdout,
        decided.is_due and not decided.is_holdout as is_to_contact,
        offers.offer_number,
        offers.offer,
        offers.channel,
        cast(offers.cost_per_contact as decimal(18, 4)) as cost_per_contact,
        offers.discount_rate,
        offers.expected_uplift

    from decided
    left join offers
        on
            decided.is_due
            and decided.rule_action = offers.action
            and offers.position = 1

)

select * from final
