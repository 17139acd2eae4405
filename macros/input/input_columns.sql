{#- The column names of one input file, from its Parquet schema or its first line. -#}
{% macro input_columns(source_name, file) %}
    {% if not input_is_csv(source_name) %}
        {% do return(run_query("describe select * from read_parquet(" ~ sql_text(file) ~ ")").columns[0].values() | list) %}
    {% endif %}

    {% set first_lines = run_query(
        "select line from " ~ read_lines(source_name, sql_text(file), first_lines_only=true) ~ " where trim(line) <> '' limit 2"
    ).columns[0].values() | list %}
    {% set has_header = input_setting(source_name, 'header') %}

    {% if not first_lines %}
        {% do exceptions.raise_compiler_error(
            file ~ " is empty. It must hold rows under a line of column names."
            ~ hint_to_leave_out(source_name)
        ) %}
    {% elif has_header and first_lines | length == 1 %}
        {% do exceptions.raise_compiler_error(
            file ~ " holds one line and no rows under it: " ~ first_lines[0] | truncate(200) ~ ". If it has no line of column names, "
            ~ "set " ~ name_of_setting(source_name, 'header') ~ " to false." ~ hint_to_leave_out(source_name)
        ) %}
    {% elif '\x00' in first_lines[0] %}
        {% do exceptions.raise_compiler_error(
            file ~ " has NUL bytes in its first line, as UTF-16 files do: set " ~ name_of_setting(source_name, 'encoding')
            ~ " to utf-16, or save it as UTF-8."
        ) %}
    {% endif %}

    {% set delimiter = input_delimiter(source_name, file) %}
    {% set width = first_lines[0].count(delimiter) + 1 %}
    {% set positions = [] %}
    {% for position in range(1, width + 1) %}
        {% do positions.append('column' ~ position) %}
    {% endfor %}
    {% if not has_header %}
        {% do return(positions) %}
    {% endif %}

    {% set header = run_query(
        "select * from " ~ read_fields(source_name, sql_text(file), delimiter, positions, header=false, strict=false) ~ " limit 1"
    ).rows[0] %}
    {% set names = [] %}
    {% for position in positions %}
        {% set name = (header[loop.index0] or '') | trim %}
        {% if not name and loop.last and header[loop.index0] is none %}
            {#- A delimiter inside a quoted name was counted as one between names. -#}
        {% elif not name or name | lower in names | map('lower') | list %}
            {% do names.append(position) %}
        {% else %}
            {% do names.append(name) %}
        {% endif %}
    {% endfor %}
    {% do return(names) %}
{% endmacro %}
