{#-
    The first branches of the case that names what is wrong with a row of an optional source: a row that cannot be read,
    a required column that is empty, a value that is there and no date, number or flag.
-#}
{% macro source_row_problems(source_name) -%}
    {%- set source = optional_sources()[source_name] -%}
    when is_broken_line then 'broken_line'
    when is_repeated_header then 'repeated_header'
    when has_unreadable_characters then 'unreadable_characters'
    {%- for column in source.required %}
    when {{ 'not ' ~ given_flag(column) if column in source.typed else column ~ ' is null' }} then 'missing_{{ column }}'
    {%- endfor -%}
    {%- for column, typed_column in source.typed.items() %}
    when {{ given_flag(column) }} and {{ typed_column }} is null then 'unparseable_{{ column }}'
    {%- endfor %}
{%- endmacro %}
