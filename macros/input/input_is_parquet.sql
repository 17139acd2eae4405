{#- Whether a source's path names Parquet files; anything else is read as CSV. -#}
{% macro input_is_parquet(source_name) %}
    {% do return((var(source_name ~ '_path') | lower).endswith('.parquet')) %}
{% endmacro %}
