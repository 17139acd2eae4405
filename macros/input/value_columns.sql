{#-
    The columns of a source that are values of a customer: attributes, and the groups of a customer summary. Our column:
    kind and member.
-#}
{% macro value_columns(source_name) %}
    {% set no_attributes = ['customer_id', 'joined_at', 'recency_days', 'web_visit_count', 'has_complained'] %}
    {% set values = {} %}
    {% for column in input_setting(source_name, 'columns') if column not in no_attributes %}
        {% set group, member = column.split(':', 1) if ':' in column else ('attribute', column) %}
        {% do values.update({column: ('response' if group == 'responses' else group, member)}) %}
    {% endfor %}
    {% do return(values) %}
{% endmacro %}
