{#- The how manieth row with these values a row is, among the rows that have no problem of their own. -#}
{% macro copy_number(columns) -%}
    row_number() over (partition by own_problem is null, {{ columns | join(', ') }} order by raw_row_number)
{%- endmacro %}
