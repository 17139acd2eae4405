with

solved as (

    select * from {{ ref('int_budget_solved') }}
    where part = 'channel'

),

planned as (

    select
        channel,
        sum(expected_cost) as expected_cost,
        sum(expected_incremental_profit) as expected_incremental_profit

    from {{ ref('fct_budget_plan') }}
    group by channel

),

final as (

    select
        solved.channel,
        solved.most_contacts,
        solved.contacts,
        cast(coalesce(planned.expected_cost, 0) as decimal(18, 4)) as expected_cost,
        cast(coalesce(planned.expected_incremental_profit, 0) as decimal(18, 4)) as expected_incremental_profit,
        coalesce(solved.contacts = solved.most_contacts, false) as is_full,
        solved.contact_shadow_price

    from solved
    left join planned
        on solved.channel = planned.channel

)

select * from final
