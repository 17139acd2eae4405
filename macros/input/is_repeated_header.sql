{#- Whether a raw row repeats the line of column names, as files pasted together do. -#}
{% macro is_repeated_header(source_name) -%}
    {%- for theirs in var(source_name ~ '_columns').values() -%}
        coalesce(trim(cast({{ adapter.quote(theirs) }} as {{ dbt.type_string() }})) = {{ sql_text(theirs) }}, false)
        {{- ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
