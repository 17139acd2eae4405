{#- A measure divided by what it was, minus 1; null where it was 0, negative or not known. -#}
{% macro growth(measure, base) -%}
    case when {{ base }} > 0 then cast({{ measure }} as double) / cast({{ base }} as double) - 1 end
{%- endmacro %}
