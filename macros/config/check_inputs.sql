{#- Stops with one sentence on the first source whose files are not as its settings say; names the files found by auto. -#}
{% macro check_inputs() %}
    {% if var('order_lines_path') is not none %}
        {% do check_input('order_lines') %}
    {% endif %}
    {% for source_name in optional_sources() %}
        {% set path = source_path(source_name) %}
        {% if path is not none %}
            {% if var(source_name ~ '_path') == 'auto' %}
                {% do log("Reads " ~ path ~ ", found beside the order lines, as " ~ source_name ~ ".", info=true) %}
            {% endif %}
            {% do check_input(source_name) %}
        {% endif %}
    {% endfor %}
{% endmacro %}
