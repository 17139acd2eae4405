{#- One column out of several that are the grain together: their texts with + between them. -#}
{% macro combined_key(columns) -%}
    {%- for column in columns -%}
        cast({{ column }} as {{ dbt.type_string() }}){{ " || '+' || " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
