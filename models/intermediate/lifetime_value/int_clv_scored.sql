{%- set weeks = [1, 4, 13, 26, 52] -%}
{%- set months = [1, 3, 6, 12] -%}
with

expected as (

    select * from {{ ref('int_clv_expected') }}

),

inputs as (

    select * from {{ ref('int_clv_parameters') }}

),

valued as (

    select
        expected.*,
        inputs.status,
        inputs.status_reason,
        coalesce(
            inputs.p
            * (inputs.v + expected.spend_order_days * coalesce(greatest(expected.mean_order_day_spend, 0), 0))
            / (inputs.p * expected.spend_order_days + inputs.q - 1),
            inputs.mean_repeat_day_spend
        ) as expected_order_value,
        -- solves: the chance of an order by then is half of the chance of one within 365 days
        7 * (inputs.alpha + cast(expected.customer_age_days as double) / 7) * (
            power(1 - expected.purchase_probability_if_alive_365d / 2, -1 / (inputs.r + expected.repeat_order_days)) - 1
        ) as clock_days_to_next_order

    from expected
    cross join inputs

),

final as (

    select
        customer_id,
        {% for horizon in weeks -%}
        expected_orders_{{ horizon }}w,
        {% endfor -%}
        orders_26w_lower,
        orders_26w_upper,
        probability_alive,
        purchase_probability_30d,
        purchase_probability_90d,
        purchase_probability_26w,
        purchase_probability_365d,
        expected_order_value,
        {% for horizon in months -%}
        discounted_orders_{{ horizon }}m * expected_order_value as clv_{{ horizon }}m,
        {% endfor -%}
        case
            when purchase_probability_90d >= {{ var('next_order_min_probability') }} then clock_days_to_next_order
        end as clock_days_to_next_order,
        status,
        status_reason

    from valued

)

select * from final
