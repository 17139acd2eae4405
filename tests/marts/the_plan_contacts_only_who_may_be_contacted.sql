-- Who has not consented, had too many messages or is in the control group is not in it; others have their own action.
select
    plan.customer_id,
    plan.action

from {{ ref('fct_budget_plan') }} as plan
left join {{ ref('fct_customer_actions') }} as actions
    on plan.customer_id = actions.customer_id
left join {{ ref('int_contact_permissions') }} as permissions
    on plan.customer_id = permissions.customer_id
where
    permissions.contact_obstacle is not null
    or coalesce(permissions.is_holdout, true)
    or plan.action is distinct from actions.action
