{#- Stops with one sentence when the files of a source are not there, hold nothing, or lack a mapped column. -#}
{% macro check_input(source_name) %}
    {% set files = input_files(source_name) %}
    {% set columns = input_columns(source_name, files[0]) %}

    {% for file in files[1:] %}
        {% set others = input_columns(source_name, file) %}
        {% if others != columns %}
            {% do exceptions.raise_compiler_error(
                "The files of " ~ source_name ~ "_path must all have the same columns in the same order, but "
                ~ files[0] ~ " has " ~ columns | join(', ') ~ " and " ~ file ~ " has " ~ others | join(', ') ~ "."
            ) %}
        {% endif %}
    {% endfor %}

    {% for ours, theirs in input_setting(source_name, 'columns').items() %}
        {% if theirs | lower not in columns | map('lower') | list %}
            {% set group, member = ours.split(':', 1) if ':' in ours else ('columns', ours) %}
            {% do exceptions.raise_compiler_error(
                files[0] ~ " has no column '" ~ theirs ~ "', which " ~ source_name ~ "_" ~ group ~ " names for " ~ member
                ~ ". The file has: " ~ columns | join(', ') ~ ". Name one of these, or leave " ~ member ~ " out if it is optional."
                ~ hint_to_leave_out(source_name)
            ) %}
        {% endif %}
    {% endfor %}
{% endmacro %}
