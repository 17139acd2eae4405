{#- What the history of audiences calls this shop, as an SQL literal: the var, or else the path of the input. -#}
{% macro audience_history_name() -%}
    {{ sql_text(var('audience_history_name') or var('order_lines_path') or var('customer_summaries_path')) }}
{%- endmacro %}
