{#-
    Quantity times price as money with four decimals; null where it has more than 14 digits before them. The factors are
    widened first: the product of two decimal(18, 4) overflows from ten digits on.
-#}
{% macro money_product(quantity, price) -%}
    try_cast(cast({{ quantity }} as decimal(38, 4)) * cast({{ price }} as decimal(38, 4)) as decimal(18, 4))
{%- endmacro %}
