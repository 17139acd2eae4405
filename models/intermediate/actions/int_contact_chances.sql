{{ config(materialized='view') }}

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

-- the odds rise by the factor that lifts even odds by the expected uplift: who orders anyway, or never, gains little
final as (

    select
        {{ combined_key(['customers.customer_id', 'offers.offer_number']) }} as customer_offer_key,
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
    where
        predictions.purchase_probability is not null
        and predictions.expected_order_value is not null

)

select * from final
