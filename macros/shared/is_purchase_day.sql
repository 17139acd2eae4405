{#- A customer's day counts as a purchase when money was left on it, or when nothing on it had a price (kept free orders). -#}
{% macro is_purchase_day() -%}
    (order_count > 0 and (monetary_value > 0 or (monetary_value = 0 and gross_revenue = 0)))
{%- endmacro %}
