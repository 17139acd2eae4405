{#- The config of a raw table: what is done before and after its files are read. -#}
{% macro raw_table_config(source_name) %}
    {% set quoted = "'" ~ source_name ~ "'" %}
    {% do return({
        'materialized': 'table',
        'pre_hook': [
            "{{ forget_broken_lines(" ~ quoted ~ ") }}",
            "{{ check_line_ends(" ~ quoted ~ ") }}",
        ],
        'post_hook': [
            "{{ keep_broken_lines(" ~ quoted ~ ", this) }}",
            "{{ check_all_lines_were_read(" ~ quoted ~ ", this) }}",
        ],
    }) %}
{% endmacro %}
