{{ config(materialized='view') }}

{%- set weeks = [1, 4, 13, 26, 52] -%}
{%- set months = [1, 3, 6, 12] -%}
with

summary as (

    select * from {{ ref('int_clv_summary') }}

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

)

select * from joined
