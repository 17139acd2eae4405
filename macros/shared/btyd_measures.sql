{#- x, t_x, T and m of a customer's purchase days, seen on a day: see int_btyd_summary. -#}
{% macro btyd_measures(snapshot_date) -%}
    count(*) - 1 as repeat_order_days,
    {{ dbt.datediff('min(order_date)', 'max(order_date)', 'day') }} as age_at_last_order_days,
    {{ dbt.datediff('min(order_date)', snapshot_date, 'day') }} as customer_age_days,
    -- decimals: a sum of doubles depends on the order in which threads come to the rows, and a difference loses digits
    cast(sum(monetary_value) - min_by(monetary_value, order_date) as double)
    / nullif(count(*) - 1, 0) as mean_repeat_spend
{%- endmacro %}
