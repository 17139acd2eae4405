{#-
    Whether a mapped column of the raw table is text and must be parsed to get a type. Every column of a CSV file is, and
    of a source that is not there.
-#}
{% macro input_is_text(source_name, column, relation) %}
    {% set path = source_path(source_name) or '' %}
    {% if not execute or not path.lower().endswith('.parquet') %}
        {% do return(true) %}
    {% endif %}
    {% set theirs = input_setting(source_name, 'columns').get(column, '') | lower %}
    {% for raw_column in adapter.get_columns_in_relation(relation) if raw_column.name | lower == theirs %}
        {% do return(raw_column.is_string()) %}
    {% endfor %}
    {% do return(true) %}
{% endmacro %}
