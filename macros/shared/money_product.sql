{#-
    Quantity times price as money with four decimals; null where it has more than 14 digits before them. A product below
    a thousand million is computed in 64 bits; 128 bits cost thirty times as much and are kept for what needs them.
-#}
{% macro money_product(quantity, price) -%}
    case
        when abs(cast({{ quantity }} as double) * cast({{ price }} as double)) < 1000000000
            then cast({{ quantity }} * {{ price }} as decimal(18, 4))
        else try_cast(cast({{ quantity }} as decimal(38, 4)) * cast({{ price }} as decimal(38, 4)) as decimal(18, 4))
    end
{%- endmacro %}
