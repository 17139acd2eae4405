{#- How a file of an optional source is read where its options say nothing: as order lines are by default. -#}
{% macro input_options() %}
    {% do return({
        'delimiter': 'auto', 'quote': '"', 'encoding': 'utf-8', 'header': true, 'date_format': 'iso',
        'decimal_separator': '.', 'null_texts': [],
    }) %}
{% endmacro %}
