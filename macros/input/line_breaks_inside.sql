{#- How many physical lines a row takes beyond its first, because values of its columns hold line breaks. -#}
{% macro line_breaks_inside(columns) -%}
    {%- for column in columns -%}
        case when {{ column }} like '%' || chr(10) || '%' then len(regexp_extract_all({{ column }}, '[\r\n]+')) else 0 end
        {{- ' + ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
