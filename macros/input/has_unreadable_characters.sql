{#- Whether a mapped text column of a raw row holds a NUL byte, which no text has. -#}
{% macro has_unreadable_characters(source_name, relation) -%}
    false
    {%- for column in input_setting(source_name, 'columns') if input_is_text(source_name, column, relation) %}
        or coalesce(contains({{ input_column(source_name, column) }}, chr(0)), false)
    {%- endfor -%}
{%- endmacro %}
