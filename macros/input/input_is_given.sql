{#- Whether the file has a value in a mapped column, readable or not. -#}
{% macro input_is_given(source_name, column, relation) -%}
    {%- if input_column(source_name, column) is none -%}
        false
    {%- elif input_is_text(source_name, column, relation) -%}
        {{ input_text(source_name, column) }} is not null
    {%- else -%}
        {{ input_column(source_name, column) }} is not null
    {%- endif -%}
{%- endmacro %}
