{#-
    Our column: the file's column, for every column of a source that is read. The columns of a customer summary that
    stand in groups are called by group and member, such as spend:wines.
-#}
{% macro mapped_columns(source_name) %}
    {% set columns = dict(var(source_name ~ '_columns')) %}
    {% if source_name == 'customer_summaries' %}
        {% for group in summary_groups() %}
            {% for member, theirs in var('customer_summaries_' ~ group).items() %}
                {% do columns.update({group ~ ':' ~ member: theirs}) %}
            {% endfor %}
        {% endfor %}
    {% endif %}
    {% do return(columns) %}
{% endmacro %}
