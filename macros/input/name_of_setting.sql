{#- Where a user sets how a source is read, as a sentence names it. -#}
{% macro name_of_setting(source_name, setting) %}
    {% do return(
        'order_lines_' ~ setting if source_name == 'order_lines' else setting ~ ' in ' ~ source_name ~ '_options'
    ) %}
{% endmacro %}
