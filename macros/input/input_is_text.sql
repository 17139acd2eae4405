{#- Whether a mapped column of the raw table is text, as every CSV column is, and must be parsed to get a type. -#}
{% macro input_is_text(source_name, column, relation) %}
    {% set theirs = input_setting(source_name, 'columns').get(column, '') | lower %}
    {% for raw_column in (adapter.get_columns_in_relation(relation) if execute else []) %}
        {% if raw_column.name | lower == theirs %}
            {% do return(raw_column.is_string()) %}
        {% endif %}
    {% endfor %}
    {% do return(true) %}
{% endmacro %}
