{#- A text as an SQL literal. -#}
{% macro sql_text(value) %}
    {%- do return("'" ~ value | string | replace("'", "''") ~ "'") -%}
{% endmacro %}
