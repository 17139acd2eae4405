{#- Whether a source is there and read as CSV, which is what anything but Parquet is. -#}
{% macro input_is_csv(source_name) %}
    {% set path = source_path(source_name) %}
    {% do return(path is not none and not (path | lower).endswith('.parquet')) %}
{% endmacro %}
