{#-
    Stops with one sentence when a CSV file mixes CRLF and LF line ends, which the reader takes for a broken file. Leaves
    the number of lines, counted on the way, on this connection: check_all_lines_were_read need not read the files again.
-#}
{% macro check_line_ends(source_name) %}
    {% set physical = namespace(lines=0) %}
    {% if execute and input_is_csv(source_name) %}
        {% for file in input_files(source_name) %}
            {% set counts = run_query(
                "select count(line), count(*) - count(line), count(*) filter (where trim(line) <> '') from " ~ read_lines(source_name, sql_text(file))
            ).rows[0] %}
            {% set physical.lines = physical.lines + counts[2] %}
            {% if 0 < counts[1] < counts[0] %}
                {% set blank_lines = run_query(
                    "select count(*) - count(line) from " ~ read_lines(source_name, sql_text(file), new_line='\\r\\n')
                ).rows[0][0] %}
                {% set windows_lines = counts[1] - blank_lines %}
                {% if windows_lines > 0 %}
                    {% do exceptions.raise_compiler_error(
                        file ~ " mixes line ends: " ~ windows_lines ~ " of its " ~ counts[0] ~ " lines end in CRLF, the others in LF. "
                        ~ "Make them alike, for example with: sed -i 's/\\r$//' " ~ file
                    ) %}
                {% endif %}
            {% endif %}
        {% endfor %}
    {% endif %}
    create or replace temporary table {{ source_name }}_physical_lines as select {{ physical.lines }} as line_count
{% endmacro %}
