{#- Drops the tables of broken lines that an earlier read of the source left on this connection. -#}
{% macro forget_broken_lines(source_name) %}
    drop table if exists {{ source_name }}_broken_lines;
    drop table if exists {{ source_name }}_broken_scans;
{% endmacro %}
