{#-
    Adds the lines that the CSV reader could not split to the raw table, one row per physical line (an open quote
    swallows the lines after it), numbered on from the rows that were read.
-#}
{% macro keep_broken_lines(source_name, relation) %}
    {% if not input_is_csv(source_name) %}
        select 'a Parquet file has no broken lines, nor has a source that is not there' as note
    {% else %}
        insert into {{ relation }} by name
        with

        broken as (

            select
                scans.file_path,
                lines.line,
                any_value(lines.csv_line) as csv_line,
                min(lines.error_message) as error_message
            from {{ source_name }}_broken_lines as lines
            inner join {{ source_name }}_broken_scans as scans
                on
                    lines.scan_id = scans.scan_id
                    and lines.file_id = scans.file_id
            group by scans.file_path, lines.line

        ),

        physical_lines as (

            select
                file_path,
                line,
                error_message,
                unnest(string_split_regex(csv_line, '[\r\n]+')) as physical_line,
                generate_subscripts(string_split_regex(csv_line, '[\r\n]+'), 1) as position

            from broken

        )

        select
            (select coalesce(max(raw_row_number), 0) from {{ relation }})
            + row_number() over (order by file_path, line, position) as raw_row_number,
            file_path as raw_file,
            coalesce(physical_line, '') as raw_broken_line,
            'line ' || line || ': ' || error_message as raw_problem
        from physical_lines
        where trim(physical_line) <> '' or physical_line is null
    {% endif %}
{% endmacro %}
