with

segments as (

    select * from {{ ref('fct_budget_segments') }}

),

offers as (

    select * from {{ ref('action_offers') }}

),

planned as (

    select
        offer_number,
        action,
        offer,
        cast(sum(contacts) as bigint) as contacts,
        cast(sum(expected_cost) as decimal(18, 4)) as expected_cost,
        cast(sum(expected_incremental_profit) as decimal(18, 4)) as expected_incremental_profit

    from segments
    where contacts > 0
    group by offer_number, action, offer

),

final as (

    select
        planned.offer_number,
        planned.action,
        planned.offer,
        planned.contacts,
        planned.expected_cost,
        planned.expected_incremental_profit,
        offers.source <> 'assumption' as has_measured_uplift,
        row_number() over (order by planned.expected_incremental_profit desc, planned.offer_number asc) as profit_rank

    from planned
    inner join offers
        on planned.offer_number = offers.offer_number

)

select * from final
