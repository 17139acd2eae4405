{#-
    Stops with one sentence when the files hold more lines than the raw table accounts for, which happens where a quote
    that is opened and never closed swallows more lines than the reader keeps, and where line ends are mixed.
-#}
{% macro check_all_lines_were_read(source_name, relation) %}
    {% if execute and input_is_csv(source_name) %}
        {% set files = input_files(source_name) %}
        {% set text_columns = [] %}
        {% for column in adapter.get_columns_in_relation(relation) if not column.name.startswith('raw_') %}
            {% do text_columns.append(adapter.quote(column.name)) %}
        {% endfor %}
        {% set headers = files | length if input_setting(source_name, 'header') else 0 %}
        {% set counts = run_query(
            "select (select line_count from " ~ source_name ~ "_physical_lines) as physical, " ~ headers ~ " + count(*) + coalesce(sum("
            ~ line_breaks_inside(text_columns) ~ "), 0) as read, min(raw_problem) as problem from " ~ relation
        ).rows[0] %}
        {% if counts[0] > counts[1] %}
            {% do exceptions.raise_compiler_error(
                source_path(source_name) ~ " has " ~ counts[0] ~ " lines, but only " ~ (counts[1] | int) ~ " could be told apart"
                ~ (" (" ~ counts[2] ~ ")" if counts[2] else "") ~ ". Close the quote that is left open there, or, if the file "
                ~ "quotes nothing, set " ~ name_of_setting(source_name, 'quote') ~ " to ''."
            ) %}
        {% endif %}
    {% endif %}
    select 'every line was read' as note
{% endmacro %}
