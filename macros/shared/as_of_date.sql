{#- The day every measure looks back from: the var as_of_date, or else the last order date. -#}
{% macro as_of_date() -%}
    (select as_of_date from {{ ref('int_as_of_date') }})
{%- endmacro %}
