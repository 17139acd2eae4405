with

chances as (

    select * from {{ ref('int_contact_chances') }}

),

margins as (

    select * from {{ ref('int_expected_margin_rate') }}

),

-- a voucher is also redeemed by those who would have ordered without it
valued as (

    select
        chances.*,
        margins.margin_rate,
        chances.contacted_probability - chances.purchase_probability as uplift,
        chances.cost_per_contact
        + chances.contacted_probability * chances.expected_order_value * chances.discount_rate as expected_cost

    from chances
    cross join margins

),

final as (

    select
        customer_offer_key,
        customer_id,
        segment,
        value_tier,
        risk_band,
        action,
        offer_number,
        offer,
        is_first_offer,
        channel,
        purchase_probability,
        contacted_probability,
        uplift,
        expected_order_value,
        margin_rate,
        cast(expected_cost as decimal(18, 4)) as expected_cost,
        cast(uplift * expected_order_value as decimal(18, 4)) as expected_incremental_revenue,
        cast(uplift * expected_order_value * margin_rate - expected_cost as decimal(18, 4))
            as expected_incremental_profit

    from valued

)

select * from final
