{#- Mean of doubles as a double, summed as decimals: so the order of the rows has no say in the last digit. -#}
{% macro exact_mean(measure) -%}
    cast(avg(cast({{ measure }} as decimal(38, 10))) as double)
{%- endmacro %}
