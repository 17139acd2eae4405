{#- The from clause of a source: every column of its files, text from CSV and as typed from Parquet, and `filename`. -#}
{% macro read_input(source_name, relation) %}
    {%- if not execute -%}
        {{ relation }}
    {%- elif input_is_parquet(source_name) -%}
        read_parquet({{ relation }}, filename = true)
    {%- else -%}
        {%- set file = input_files(source_name)[0] -%}
        {{- read_fields(
            source_name, relation, input_delimiter(source_name, file), input_columns(source_name, file),
            header=var(source_name ~ '_header'), strict=true
        ) -}}
    {%- endif -%}
{% endmacro %}
