{%- set weeks = [1, 4, 13, 26, 52] -%}
{%- set months = [1, 3, 6, 12] -%}
with

summary as (

    select * from {{ ref('int_clv_summary') }}

),

inputs as (

    select * from {{ ref('int_clv_parameters') }}

),

histories as (

    select * from {{ ref('int_clv_histories') }}

),

lookup as (

    select * from {{ ref('int_clv_lookup') }}

),

-- each alive at the odds of their history, and then like all of the same number of repeat orders and age
joined as (

    select
        summary.customer_id,
        summary.repeat_order_days,
        summary.spend_order_days,
        summary.mean_order_day_spend,
        summary.customer_age_days,
        histories.probability_alive,
        histories.orders_26w_lower,
        histories.orders_26w_upper,
        {% for horizon in weeks -%}
        histories.probability_alive * lookup.expected_orders_if_alive_{{ horizon }}w as expected_orders_{{ horizon }}w,
        {% endfor -%}
        {% for name, days in {'30d': 30, '90d': 90, '26w': 182, '365d': 365}.items() -%}
        histories.probability_alive * lookup.purchase_probability_if_alive_{{ days }}d
            as purchase_probability_{{ name }},
        {% endfor -%}
        {% for horizon in months -%}
        histories.probability_alive * lookup.discounted_orders_if_alive_{{ horizon }}m
            as discounted_orders_{{ horizon }}m,
        {% endfor -%}
        lookup.purchase_probability_if_alive_365d

    from summary
    left join histories
        on
            summary.repeat_order_days = histories.repeat_order_days
            and summary.age_at_last_order_days = histories.age_at_last_order_days
            and summary.customer_age_days = histories.customer_age_days
    left join lookup
        on
            summary.repeat_order_days = lookup.repeat_order_days
            and summary.customer_age_days = lookup.customer_age_days

),

valued as (

    select
        joined.*,
        inputs.status,
        inputs.status_reason,
        coalesce(
            inputs.p
            * (inputs.v + joined.spend_order_days * coalesce(greatest(joined.mean_order_day_spend, 0), 0))
            / (inputs.p * joined.spend_order_days + inputs.q - 1),
            inputs.mean_repeat_day_spend
        ) as expected_order_value,
        -- solves: the chance of an order by then is half of the chance of one within 365 days
        7 * (inputs.alpha + cast(joined.customer_age_days as double) / 7) * (
            power(1 - joined.purchase_probability_if_alive_365d / 2, -1 / (inputs.r + joined.repeat_order_days)) - 1
        ) as clock_days_to_next_order

    from joined
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
