{#-
    The select of a raw table: every row of a source's files, numbered; for a source that is not there no row, and the
    mapped columns. Broken lines are known only once the files have been read: a hook adds them.
-#}
{% macro raw_table(source_name) %}
    {%- if source_path(source_name) is none -%}
        select
            cast(null as bigint) as raw_row_number,
            cast(null as varchar) as raw_file,
            cast(null as varchar) as raw_broken_line,
            cast(null as varchar) as raw_problem
            {%- for theirs in input_setting(source_name, 'columns').values() | unique %},
            cast(null as varchar) as {{ adapter.quote(theirs) }}
            {%- endfor %}
        where false
    {%- else -%}
        select
            row_number() over () as raw_row_number,
            filename as raw_file,
            cast(null as varchar) as raw_broken_line,
            cast(null as varchar) as raw_problem,
            * exclude (filename)
        from {{ read_input(source_name) }}
    {%- endif -%}
{% endmacro %}
