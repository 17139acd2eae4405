{#- The files that a source's path names, in the order in which they are read. -#}
{% macro input_files(source_name) %}
    {% set path = source_path(source_name) %}
    {% set files = run_query("select file from glob(" ~ sql_text(path) ~ ")").columns[0].values() | list %}
    {% if not files %}
        {% do exceptions.raise_compiler_error(
            "No file matches " ~ source_name ~ "_path: '" ~ path ~ "'. Give the path of a .csv, .csv.gz, .txt, .tsv or "
            ~ ".parquet file, absolute or relative to the project folder; a pattern such as 'exports/*.csv' reads many."
        ) %}
    {% endif %}
    {% do return(files) %}
{% endmacro %}
