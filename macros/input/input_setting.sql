{#-
    How a source is read: columns, delimiter, quote, encoding, header, date_format, decimal_separator or null_texts. The
    order lines have a var for each; an optional source has its mapping, and one var with what differs from the defaults.
-#}
{% macro input_setting(source_name, setting) %}
    {% if setting == 'columns' %}
        {% do return(mapped_columns(source_name)) %}
    {% elif source_name != 'order_lines' %}
        {% do return(var(source_name ~ '_options').get(setting, input_options()[setting])) %}
    {% elif setting in ('decimal_separator', 'null_texts') %}
        {% do return(var(setting)) %}
    {% else %}
        {% do return(var('order_date_format' if setting == 'date_format' else 'order_lines_' ~ setting)) %}
    {% endif %}
{% endmacro %}
