{#- A mapped column as the time that is written there, in whatever zone; null when it is no time in the file's format. -#}
{% macro input_time_as_written(source_name, column, relation) -%}
    {%- set text = input_text(source_name, column) -%}
    {%- set date_format = input_setting(source_name, 'date_format') -%}
    {%- set formats = [date_format] if date_format is string else date_format -%}
    {%- if not input_is_text(source_name, column, relation) -%}
        try_cast({{ input_column(source_name, column) }} as timestamp)
    {%- elif formats == ['iso'] -%}
        try_cast({{ text }} as timestamp)
    {%- else -%}
        try_strptime({{ text }}, [{% for format in formats %}{{ sql_text(format) }}{{ ', ' if not loop.last }}{% endfor %}])
    {%- endif -%}
{%- endmacro %}
