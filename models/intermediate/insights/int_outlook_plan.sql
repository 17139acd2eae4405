with

summaries as (

    select * from {{ ref('fct_budget_summary') }}

),

offers as (

    select * from {{ ref('int_planned_offers') }}

),

sources as (

    select
        count(*) filter (where has_measured_uplift) as measured_offers,
        count(*) filter (where not has_measured_uplift) as assumed_offers

    from offers

),

told as (

    select
        'budget_plan' as topic,
        cast(null as {{ dbt.type_string() }}) as subject,
        summaries.contacts as customers,
        summaries.contactable_customers as base_customers,
        cast(summaries.expected_incremental_profit as double) as measure_value,
        cast(summaries.expected_cost as double) as base_value,
        'A budget of ' || {{ money_as_text('summaries.budget') }} || ' is '
        || case summaries.method when 'exact' then 'best' else 'well' end || ' spent on '
        || {{ number_as_text('summaries.contacts') }} || ' customers: it costs '
        || {{ money_as_text('summaries.expected_cost') }}
        || ' and is expected to earn ' || {{ money_as_text('summaries.expected_incremental_profit') }}
        || ' of profit within ' || summaries.plan_horizon_days || ' days, by '
        || case
            when sources.assumed_offers = 0 then 'measured uplifts'
            when sources.measured_offers = 0 then 'uplifts that are assumed'
            else 'uplifts that are partly assumed'
        end as sentence,
        'fct_budget_summary' as source_mart,
        'from marts.fct_budget_summary' as source_query
    from summaries
    cross join sources
    where summaries.contacts > 0

    union all

    select
        'best_offer' as topic,
        offers.offer || ' (' || offers.action || ')' as subject,
        offers.contacts as customers,
        summaries.contacts as base_customers,
        cast(offers.expected_incremental_profit as double) as measure_value,
        cast(offers.expected_cost as double) as base_value,
        'Of the offers in the budget plan, ' || offers.offer || ' (' || offers.action || ') earns the most: sent to '
        || {{ number_as_text('offers.contacts') }} || ' customers, it costs '
        || {{ money_as_text('offers.expected_cost') }} || ' and is expected to earn '
        || {{ money_as_text('offers.expected_incremental_profit') }} || ' of profit within '
        || summaries.plan_horizon_days || ' days, by '
        || case when offers.has_measured_uplift then 'a measured uplift' else 'an uplift that is assumed' end
            as sentence,
        'fct_budget_segments' as source_mart,
        'select action, offer, sum(contacts) as customers, sum(expected_cost) as cost,'
        || ' sum(expected_incremental_profit) as profit from marts.fct_budget_segments'
        || ' group by action, offer order by profit desc' as source_query
    from offers
    cross join summaries
    where offers.profit_rank = 1

    union all

    -- why nobody is to be contacted is what there is to say about the plan then
    select
        'no_plan' as topic,
        status_reason as subject,
        contacts as customers,
        contactable_customers as base_customers,
        cast(null as double) as measure_value,
        cast(null as double) as base_value,
        'There is no budget plan: ' || coalesce(status_reason, 'no offer pays') as sentence,
        'fct_budget_summary' as source_mart,
        'select status, status_reason from marts.fct_budget_summary' as source_query
    from summaries
    where contacts = 0

),

final as (

    select
        *,
        cast(null as date) as base_date,
        cast(null as double) as lower_value,
        cast(null as double) as upper_value

    from told

)

select * from final
