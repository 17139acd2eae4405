with

customers as (

    select * from {{ ref('fct_customer_actions') }}
    where is_to_contact

),

offers as (

    select * from {{ ref('action_offers') }}

),

predictions as (

    select
        customer_id,
        purchase_probability_{{ {30: '30d', 90: '90d', 182: '26w', 365: '365d'}[var('plan_horizon_days') | int] }}
            as purchase_probability,
        expected_order_value

    from {{ ref('fct_customer_lifetime_value') }}

),

margins as (

    select * from {{ ref('int_expected_margin_rate') }}

),

-- the odds rise by the factor that lifts even odds by the expected uplift: who orders anyway, or never, gains little
lifted as (

    select
        customers.customer_id,
        customers.segment,
        customers.value_tier,
        customers.risk_band,
        customers.action,
        offers.offer_number,
        offers.offer,
        offers.offer_number = customers.offer_number as is_first_offer,
        offers.channel,
        offers.cost_per_contact,
        offers.discount_rate,
        margins.margin_rate,
        predictions.expected_order_value,
        predictions.purchase_probability,
        predictions.purchase_probability * (0.5 + offers.expected_uplift) / (
            predictions.purchase_probability * (0.5 + offers.expected_uplift)
            + (1 - predictions.purchase_probability) * (0.5 - offers.expected_uplift)
        ) as contacted_probability

    from customers
    inner join offers
        on customers.action = offers.action
    inner join predictions
        on customers.customer_id = predictions.customer_id
    cross join margins
    where
        predictions.purchase_probability is not null
        and predictions.expected_order_value is not null

),

-- a voucher is also redeemed by those who would have ordered without it
valued as (

    select
        *,
        contacted_probability - purchase_probability as uplift,
        cost_per_contact + contacted_probability * expected_order_value * discount_rate as expected_cost

    from lifted

),

final as (

    select
        {{ combined_key(['customer_id', 'offer_number']) }} as customer_offer_key,
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
