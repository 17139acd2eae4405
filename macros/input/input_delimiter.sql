{#- The delimiter of a CSV file: the var's, or the likeliest of , ; tab | in the file's first line. -#}
{% macro input_delimiter(source_name, file) %}
    {% set delimiter = input_setting(source_name, 'delimiter') %}
    {% if delimiter != 'auto' %}
        {% do return(delimiter) %}
    {% endif %}
    {% set first_line = run_query(
        "select line from " ~ read_lines(source_name, sql_text(file), first_lines_only=true) ~ " where trim(line) <> '' limit 1"
    ).columns[0].values()[0] %}
    {% set best = namespace(delimiter=',', count=first_line.count(',')) %}
    {% for candidate in [';', '\t', '|'] %}
        {% if first_line.count(candidate) > best.count %}
            {% set best.delimiter = candidate %}
            {% set best.count = first_line.count(candidate) %}
        {% endif %}
    {% endfor %}
    {% do return(best.delimiter) %}
{% endmacro %}
