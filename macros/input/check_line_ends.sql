{#- Stops with one sentence when a CSV file mixes CRLF and LF line ends, which the reader takes for a broken file. -#}
{% macro check_line_ends(source_name) %}
    {% if execute and input_is_csv(source_name) %}
        {% for file in input_files(source_name) %}
            {% set counts = run_query(
                "select count(line), count(*) - count(line) from " ~ read_lines(source_name, sql_text(file))
            ).rows[0] %}
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
    select 'line ends are alike' as note
{% endmacro %}
