with

plan as (

    select
        customer_id,
        offer_number

    from {{ ref('fct_budget_plan') }}

),

offers as (

    select * from {{ ref('int_customer_offers') }}

),

summed as (

    select
        offers.segment,
        offers.action,
        offers.offer_number,
        offers.offer,
        offers.channel,
        count(*) as candidates,
        count(*) filter (where offers.expected_incremental_profit > 0) as profitable_candidates,
        count(plan.customer_id) as contacts,
        sum(offers.expected_cost) filter (where plan.customer_id is not null) as expected_cost,
        sum(offers.expected_incremental_revenue) filter (where plan.customer_id is not null)
            as expected_incremental_revenue,
        sum(offers.expected_incremental_profit) filter (where plan.customer_id is not null)
            as expected_incremental_profit,
        sum(offers.expected_incremental_profit) as profit_of_all_candidates

    from offers
    left join plan
        on
            offers.customer_id = plan.customer_id
            and offers.offer_number = plan.offer_number
    group by offers.segment, offers.action, offers.offer_number, offers.offer, offers.channel

),

final as (

    select
        {{ combined_key(['segment', 'offer_number']) }} as budget_segment_key,
        segment,
        action,
        offer_number,
        offer,
        channel,
        candidates,
        profitable_candidates,
        contacts,
        cast(coalesce(expected_cost, 0) as decimal(18, 4)) as expected_cost,
        cast(coalesce(expected_incremental_revenue, 0) as decimal(18, 4)) as expected_incremental_revenue,
        cast(coalesce(expected_incremental_profit, 0) as decimal(18, 4)) as expected_incremental_profit,
        {{ ratio('expected_incremental_profit', 'expected_cost') }} as return_on_cost,
        cast(profit_of_all_candidates as decimal(18, 4)) as profit_of_all_candidates

    from summed

)

select * from final
