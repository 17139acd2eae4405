{#-
    The path or pattern of a source; none when there is no such source. `auto` is the file that is called after the
    source and stands beside the order lines: <source>.csv, <source>.csv.gz or <source>.parquet.
-#}
{% macro source_path(source_name) %}
    {% set path = var(source_name ~ '_path') %}
    {% if source_name == 'order_lines' or path != 'auto' %}
        {% do return(path) %}
    {% endif %}

    {% set order_lines_path = var('order_lines_path') or '' %}
    {% if not execute or not order_lines_path or '://' in order_lines_path %}
        {% do return(none) %}
    {% endif %}

    {% set folder = modules.re.match('([^*?\\[]*[/\\\\])?', order_lines_path).group(0) %}
    {% set has_pattern = modules.re.search('[*?\\[]', order_lines_path) is not none %}
    {% set names = [source_name ~ '.csv', source_name ~ '.csv.gz', source_name ~ '.parquet'] %}
    {% set candidates = run_query(
        "select file from glob(" ~ sql_text(folder ~ source_name ~ '.*') ~ ") order by file"
    ).columns[0].values() %}
    {% set order_lines_files = input_files('order_lines') if has_pattern and candidates | length > 0 else [order_lines_path] %}
    {% set found = [] %}
    {% for file in candidates if modules.re.split('[/\\\\]', file)[-1] in names and file not in order_lines_files %}
        {% do found.append(file) %}
    {% endfor %}

    {% if found | length > 1 %}
        {% do exceptions.raise_compiler_error(
            "Beside the order lines are " ~ found | join(' and ') ~ ": name the one to read in " ~ source_name
            ~ "_path, or set that to null to leave both out."
        ) %}
    {% endif %}
    {% do return(found[0] if found else none) %}
{% endmacro %}
