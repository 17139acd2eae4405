{#- A mapped column as trimmed text; null when it is empty, one of null_texts or not mapped. -#}
{% macro input_text(source_name, column) -%}
    {%- set theirs = input_column(source_name, column) -%}
    {%- if theirs is none -%}
        cast(null as {{ dbt.type_string() }})
    {%- else -%}
        {%- set text = 'trim(cast(' ~ theirs ~ ' as ' ~ dbt.type_string() ~ '))' -%}
        {%- set null_texts = input_setting(source_name, 'null_texts') -%}
        {%- if null_texts -%}
            case when {{ text }} not in (''{% for null_text in null_texts %}, {{ sql_text(null_text) }}{% endfor %}) then {{ text }} end
        {%- else -%}
            nullif({{ text }}, '')
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
