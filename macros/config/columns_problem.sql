{#- What the column mapping of a source must be, as the end of a sentence, when it is not; none when it is legal. -#}
{% macro columns_problem(columns, source_name) %}
    {% set source = optional_sources().get(source_name, {'required': order_line_columns(), 'optional': []}) %}
    {% set known = source.required + source.optional %}
    {% set given = invocation_args_dict.get('vars') or {} %}
    {% if columns is not mapping %}
        {% do return('a mapping of our columns to those of the file, such as {customer_id: Customer ID}') %}
    {% endif %}
    {% for ours, theirs in columns.items() %}
        {% if source.takes_attributes and not modules.re.match('^[a-z][a-z0-9_]*$', ours | string) %}
            {% do return("a mapping of our columns, where an attribute has a name in snake_case; '" ~ ours ~ "' is not") %}
        {% elif ours not in known and not source.takes_attributes %}
            {% do return("a mapping of our columns, which are " ~ known | join(', ') ~ "; '" ~ ours ~ "' is none of them") %}
        {% elif theirs is not string or not theirs %}
            {% do return("a mapping whose values are names of columns of the file; that of '" ~ ours ~ "' is not") %}
        {% endif %}
    {% endfor %}
    {% if source_name != 'order_lines' %}
        {% for ours in source.required if ours not in columns %}
            {% do return('a mapping that names the column of ' ~ ours) %}
        {% endfor %}
    {% elif 'ordered_at' not in columns %}
        {% do return('a mapping that names the column of ordered_at') %}
    {% elif 'unit_price' not in columns and 'amount' not in columns %}
        {% do return('a mapping that names the column of unit_price, or of amount (the money of the whole line)') %}
    {% elif 'unit_price' in columns and 'amount' in columns %}
        {% do return('a mapping that names unit_price or amount, not both') %}
    {% elif 'order_id' not in columns and 'customer_id' not in columns %}
        {% do return('a mapping that names the column of order_id, or of customer_id (an order is then a customer and a time)') %}
    {% elif 'currency' in columns and (not var('reporting_currency') or (
        'order_lines_columns' in given and 'reporting_currency' not in given
    )) %}
        {% do return('a mapping without currency unless the var reporting_currency is given beside it, for example as GBP') %}
    {% endif %}
    {% do return(none) %}
{% endmacro %}
