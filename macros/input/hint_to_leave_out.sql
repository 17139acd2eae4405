{#- Ends a sentence about a file that nobody named: how to leave it out. -#}
{% macro hint_to_leave_out(source_name) %}
    {% if source_name != 'order_lines' and var(source_name ~ '_path') == 'auto' %}
        {% do return(
            " The file was found beside the order lines: " ~ source_name ~ "_path: null leaves it out."
        ) %}
    {% endif %}
    {% do return('') %}
{% endmacro %}
