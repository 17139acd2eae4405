{#- What the frequency score cuts: the rank of the order count, or the count itself where the var has edges for it. -#}
{% macro rfm_frequency_measure() -%}
    {{ 'order_count' if var('rfm_frequency_edges') else 'order_count_rank' }}
{%- endmacro %}
