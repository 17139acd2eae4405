with

candidates as (

    select * from {{ ref('int_customer_offers') }}

),

offers as (

    select * from {{ ref('action_offers') }}

),

-- nobody would be sent what costs more than it brings
final as (

    select
        offers.offer_number,
        offers.action,
        offers.offer,
        offers.source as uplift_source,
        count(*) as customers,
        cast(sum(candidates.expected_cost) as decimal(18, 4)) as expected_cost,
        cast(sum(candidates.expected_incremental_profit) as decimal(18, 4)) as expected_incremental_profit,
        {{ ratio('sum(candidates.expected_incremental_profit)', 'sum(candidates.expected_cost)') }} as profit_per_cost

    from candidates
    inner join offers
        on candidates.offer_number = offers.offer_number
    where candidates.expected_incremental_profit > 0
    group by offers.offer_number, offers.action, offers.offer, offers.source

)

select * from final
