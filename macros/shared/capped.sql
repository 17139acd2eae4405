{#- A column of order lines moved inside its outlier limits, by size: the sign stays. Without limits it stays as it is. -#}
{% macro capped(column) -%}
    {%- if var('outlier_policy') == 'none' -%}
        order_lines.{{ column }}
    {%- else -%}
        cast(
            sign(order_lines.{{ column }}) * least(
                greatest(cast(abs(order_lines.{{ column }}) as double), limits.{{ column }}_lower_limit),
                limits.{{ column }}_upper_limit
            ) as decimal(18, 4)
        )
    {%- endif -%}
{%- endmacro %}
