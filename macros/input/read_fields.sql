{#-
    A from clause that reads CSV files into text columns of the given names. Nothing is guessed: a line that does not
    split into exactly these columns goes to the table of broken lines.
-#}
{% macro read_fields(source_name, files, delimiter, columns, header, strict) %}
    read_csv(
        {{ files }}, auto_detect = false, header = {{ header }}, filename = {{ strict }},
        columns = { {%- for column in columns %}{{ sql_text(column) }}: 'VARCHAR'{{ ', ' if not loop.last }}{% endfor -%} },
        delim = {{ sql_text(delimiter) }}, quote = {{ sql_text(input_setting(source_name, 'quote')) }},
        escape = {{ sql_text(input_setting(source_name, 'quote')) }}, encoding = '{{ input_setting(source_name, 'encoding') }}',
        {% if strict %}
            strict_mode = true, store_rejects = true, rejects_table = '{{ source_name }}_broken_lines',
            rejects_scan = '{{ source_name }}_broken_scans', rejects_limit = 0
        {% else %}
            strict_mode = false, null_padding = true, parallel = false, buffer_size = 4000000, ignore_errors = true
        {% endif %}
    )
{%- endmacro %}
