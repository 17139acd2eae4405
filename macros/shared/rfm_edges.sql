{#-
    The edges of the RFM scores, as columns of an aggregate query over customers with recency_days, order_count,
    order_count_rank and monetary_value. Order counts tie too often to be cut by value: their rank is cut, ties in
    customer_id order, unless the var has edges of its own.
-#}
{% macro rfm_edges() -%}
    {%- set bins = var('rfm_bins') | int -%}
    {{ bin_edges('recency', 'recency_days', bins, var('rfm_recency_edges')) }},
        {{ bin_edges('frequency', rfm_frequency_measure(), bins, var('rfm_frequency_edges')) }},
        {{ bin_edges('monetary', 'monetary_value', bins, var('rfm_monetary_edges')) }}
{%- endmacro %}
