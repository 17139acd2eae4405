{#- What the options of a source must be, as the end of a sentence, when they are not; none when they are legal. -#}
{% macro options_problem(options) %}
    {% set known = input_options() %}
    {% if options is not mapping %}
        {% do return("a mapping such as {delimiter: ';', decimal_separator: ','}; {} for none") %}
    {% endif %}
    {% set rules = config_rules() %}
    {% for option, value in options.items() %}
        {% if option not in known %}
            {% do return("a mapping of " ~ known | join(', ') ~ "; '" ~ option ~ "' is none of them") %}
        {% endif %}
        {% set rule = rules.get('order_lines_' ~ option) or rules.get(option) or rules.get('order_' ~ option) %}
        {% set problem = config_problem(value, rule) %}
        {% if problem %}
            {% do return("a mapping whose " ~ option ~ " is " ~ problem) %}
        {% endif %}
    {% endfor %}
    {% do return(none) %}
{% endmacro %}
