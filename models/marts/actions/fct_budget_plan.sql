with

choices as (

    select customer_offer_key
    from {{ ref('int_budget_solved') }}
    where part = 'choice'

),

offers as (

    select * from {{ ref('int_customer_offers') }}

),

chosen as (

    select
        offers.*,
        {{ ratio('offers.expected_incremental_profit', 'offers.expected_cost') }} as return_on_cost

    from offers
    inner join choices
        on offers.customer_offer_key = choices.customer_offer_key

),

final as (

    select
        customer_id,
        segment,
        value_tier,
        risk_band,
        action,
        offer_number,
        offer,
        channel,
        purchase_probability,
        contacted_probability,
        uplift,
        expected_order_value,
        expected_cost,
        expected_incremental_revenue,
        expected_incremental_profit,
        return_on_cost,
        -- what costs nothing returns most
        row_number() over (
            order by return_on_cost desc nulls first, expected_incremental_profit desc, customer_id asc
        ) as return_rank

    from chosen

)

select * from final
