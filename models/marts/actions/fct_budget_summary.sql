with

solved as (

    select * from {{ ref('int_budget_solved') }}
    where part = 'plan'

),

circumstances as (

    select * from {{ ref('int_budget_circumstances') }}

),

margins as (

    select * from {{ ref('int_expected_margin_rate') }}

),

planned as (

    select coalesce(sum(expected_incremental_revenue), 0) as expected_incremental_revenue
    from {{ ref('fct_budget_plan') }}

),

joined as (

    select
        solved.*,
        circumstances.*,
        margins.*,
        planned.expected_incremental_revenue,
        solved.profit_bound - solved.expected_incremental_profit as profit_gap,
        -- why the plan is empty, if it is
        case
            when circumstances.obstacle is not null then circumstances.obstacle
            when solved.profitable_offers = 0 then 'No offer is expected to earn more than it costs.'
            when solved.contacts = 0
                then 'Budget and capacities allow no profitable offer; raise the var plan_budget or plan_capacities.'
        end as reason

    from solved
    cross join circumstances
    cross join margins
    cross join planned

),

final as (

    select
        'plan' as policy,
        case
            when obstacle is not null then 'fallback'
            when reason is not null then 'warn'
            else 'ok'
        end as status,
        reason as status_reason,
        cast(budget as decimal(18, 4)) as budget,
        {{ var('plan_horizon_days') }} as plan_horizon_days,
        contactable_customers,
        holdout_customers,
        candidate_offers,
        profitable_offers,
        contacts,
        cast(expected_cost as decimal(18, 4)) as expected_cost,
        cast(expected_incremental_revenue as decimal(18, 4)) as expected_incremental_revenue,
        cast(expected_incremental_profit as decimal(18, 4)) as expected_incremental_profit,
        {{ ratio('expected_incremental_profit', 'expected_cost') }} as return_on_cost,
        cast(profit_bound as decimal(18, 4)) as profit_bound,
        cast(profit_gap as decimal(18, 4)) as profit_gap,
        {{ ratio('profit_gap', 'profit_bound') }} as relative_gap,
        method,
        budget_shadow_price,
        margin_rate,
        margin_rate_source,
        'Uplift is an assumption for ' || assumed_offers || ' of ' || offers || ' offers; '
        || case holdout_customers
            when 0 then 'nobody due for a contact is in the control group, so that it cannot be measured.'
            when 1 then '1 customer due for a contact is in the control group, so that it can be measured.'
            else
                holdout_customers
                || ' customers due for a contact are in the control group, so that it can be measured.'
        end as assumption

    from joined

)

select * from final
