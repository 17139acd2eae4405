{#- The file's column that is mapped to ours, quoted; none where the mapping leaves ours out. -#}
{% macro input_column(source_name, column) %}
    {% set columns = input_setting(source_name, 'columns') %}
    {% do return(adapter.quote(columns[column]) if column in columns else none) %}
{% endmacro %}
