{#- Name of the flag that says whether the file has a value for a column, readable or not. -#}
{% macro given_flag(column) %}
    {% do return(column ~ '_given' if column.startswith('has_') else 'has_' ~ column) %}
{% endmacro %}
