{#- The from clause of a source: every column of its files, text from CSV and as typed from Parquet, and `filename`. -#}
{% macro read_input(source_name) %}
    {%- set path = sql_text(source_path(source_name)) -%}
    {%- if not execute -%}
        read_text({{ path }})
    {%- elif not input_is_csv(source_name) -%}
        read_parquet({{ path }}, filename = true)
    {%- else -%}
        {%- set file = input_files(source_name)[0] -%}
        {{- read_fields(
            source_name, path, input_delimiter(source_name, file), input_columns(source_name, file),
            header=input_setting(source_name, 'header'), strict=true
        ) -}}
    {%- endif -%}
{% endmacro %}
