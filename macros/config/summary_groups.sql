{#- The groups of columns that a customer summary may have, beside its own columns: each has a mapping of its own. -#}
{% macro summary_groups() %}
    {% do return(['spend', 'purchases', 'responses']) %}
{% endmacro %}
