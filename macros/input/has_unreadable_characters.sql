{#- Whether a mapped column of a raw row holds a NUL byte, which no text has. -#}
{% macro has_unreadable_characters(source_name) -%}
    {%- for theirs in var(source_name ~ '_columns').values() -%}
        coalesce(contains(cast({{ adapter.quote(theirs) }} as {{ dbt.type_string() }}), chr(0)), false)
        {{- ' or ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
