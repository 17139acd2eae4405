{#-
    A column of order lines moved inside its outlier limits, by size: the sign stays. Discounts and fees, from which the
    limits were not taken, stay as they are, and so does everything without limits.
-#}
{% macro capped(column) -%}
    {%- if var('outlier_policy') == 'none' -%}
        order_lines.{{ column }}
    {%- else -%}
        case
            when order_lines.transaction_type in ('sale', 'return')
                then cast(
                    sign(order_lines.{{ column }}) * least(
                        greatest(cast(abs(order_lines.{{ column }}) as double), limits.{{ column }}_lower_limit),
                        limits.{{ column }}_upper_limit
                    ) as decimal(18, 4)
                )
            else order_lines.{{ column }}
        end
    {%- endif -%}
{%- endmacro %}
