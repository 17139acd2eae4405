{#- The columns by which staging says what is wrong with a raw row of an optional source before anything is read from it. -#}
{% macro source_row_flags(source_name, relation) -%}
    raw_broken_line is not null as is_broken_line,
    {{ is_repeated_header(source_name, relation) }} as is_repeated_header,
    {{ has_unreadable_characters(source_name, relation) }} as has_unreadable_characters
    {%- for column in optional_sources()[source_name].typed %},
    {{ input_is_given(source_name, column, relation) }} as {{ given_flag(column) }}
    {%- endfor %}
{%- endmacro %}
