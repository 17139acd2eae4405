{#-
    An amount of an order line in the reporting currency, with four decimals; null where there is no rate. What is in
    that currency already is not touched: exact multiplication is dear.
-#}
{% macro in_reporting_currency(amount) -%}
    {%- if 'currency' in var('order_lines_columns') -%}
        case
            when exchange_rate = 1 then {{ amount }}
            else try_cast({{ amount }} * exchange_rate as decimal(18, 4))
        end
    {%- else -%}
        {{ amount }}
    {%- endif -%}
{%- endmacro %}
