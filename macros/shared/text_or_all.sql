{#- A part of a key that is null where a row stands for all: its text, or all. -#}
{% macro text_or_all(column) -%}
    coalesce(cast({{ column }} as {{ dbt.type_string() }}), 'all')
{%- endmacro %}
