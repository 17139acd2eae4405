{#- What a var's value must be, as the end of a sentence, when it is not; none when it is legal. -#}
{% macro config_problem(value, rule) %}
    {% set kind = rule.kind %}
    {% set problem = none %}

    {% if kind == 'one_of' %}
        {% if value not in rule.legal or (value is boolean) != (rule.legal[0] is boolean) %}
            {% set problem = 'one of ' ~ rule.legal | map('tojson') | join(', ') %}
        {% endif %}
    {% elif kind == 'text' %}
        {% if value is not string or not value | trim %}
            {% set problem = 'a text that is not empty' %}
        {% endif %}
    {% elif kind == 'optional_text' %}
        {% if value is not none and (value is not string or not value | trim) %}
            {% set problem = 'null or a text that is not empty' %}
        {% endif %}
    {% elif kind == 'pattern' %}
        {% if value is not string or not value %}
            {% set problem = "a regular expression; '^$' matches no order" %}
        {% endif %}
    {% elif kind == 'delimiter' %}
        {% if value != 'auto' and (value is not string or value | length != 1) %}
            {% set problem = "auto or one character, such as ',' or ';' or '|' or a tab" %}
        {% endif %}
    {% elif kind == 'list_of_texts' %}
        {% if value is string or value is mapping or value is not iterable or value | reject('string') | list %}
            {% set problem = "a list of texts, such as ['NULL', 'n/a']; [] for none" %}
        {% endif %}
    {% elif kind == 'date_format' %}
        {% set formats = [value] if value is string else value %}
        {% if formats is mapping or formats is not iterable or not formats | list or formats | reject('string') | list
            or (value != 'iso' and '%' not in formats | join('')) %}
            {% set problem = "iso, or a strptime format such as '%d/%m/%Y %H:%M', or a list of them" %}
        {% endif %}
    {% elif kind == 'whole_number' %}
        {% if value is boolean or not modules.re.match('^\\d+$', value | string)
            or (value | int) < rule.from or (value | int) > rule.to %}
            {% set problem = 'a whole number from ' ~ rule.from ~ ' to ' ~ rule.to %}
        {% endif %}
    {% elif kind == 'number' %}
        {% if value is boolean or not modules.re.match('^\\d*\\.?\\d+$', value | string)
            or (value | float) < rule.from or (value | float) > rule.to %}
            {% set problem = 'a number from ' ~ rule.from ~ ' to ' ~ rule.to %}
        {% endif %}
    {% elif kind == 'auto_or_whole_number' %}
        {% if value != 'auto' and config_problem(value, dict(rule, kind='whole_number')) %}
            {% set problem = 'auto or a whole number from ' ~ rule.from ~ ' to ' ~ rule.to %}
        {% endif %}
    {% elif kind == 'optional_number' %}
        {% if value is not none and config_problem(value, dict(rule, kind='number')) %}
            {% set problem = 'null or a number from ' ~ rule.from ~ ' to ' ~ rule.to %}
        {% endif %}
    {% elif kind == 'edges' %}
        {% if value is string or value is mapping or value is not iterable or value | reject('number') | list
            or value | list != value | sort | unique | list %}
            {% set problem = 'a list of ascending numbers; [] for quantiles' %}
        {% endif %}
    {% elif kind in ['list_of_days', 'list_of_months'] %}
        {% if value is string or value is mapping or value is not iterable or not value | list
            or value | reject('integer') | list or value | list != value | sort | unique | list or value[0] < 1 %}
            {% set unit, example = ('days', '[30, 90]') if kind == 'list_of_days' else ('months', '[1, 12]') %}
            {% set problem = 'a list of ascending whole numbers of ' ~ unit ~ ', such as ' ~ example %}
        {% endif %}
    {% elif kind == 'optional_date' %}
        {% if value is not none and (
            not modules.re.match('^\\d{4}-\\d{2}-\\d{2}$', value | string)
            or run_query("select try_cast(" ~ sql_text(value) ~ " as date)").rows[0][0] is none
        ) %}
            {% set problem = 'null or a day written as YYYY-MM-DD' %}
        {% endif %}
    {% elif kind == 'time_zone' %}
        {% if value is not none and value not in modules.pytz.all_timezones_set %}
            {% set problem = "null or an IANA time zone such as 'Europe/London' or 'UTC'" %}
        {% endif %}
    {% elif kind == 'columns' %}
        {% set problem = columns_problem(value, rule.source) %}
    {% elif kind == 'cluster_features' %}
        {% set measures = [
            'discount_amount', 'first_order_age_days', 'gross_revenue', 'margin_amount', 'mean_order_value', 'monetary_value',
            'net_revenue', 'order_count', 'order_day_count', 'recency_days', 'returns_amount', 'units',
        ] %}
        {% if value is string or value is mapping or value is not iterable or not value | list
            or value | reject('string') | list or value | list | length != value | unique | list | length
            or value | map('replace', 'log1p ', '', 1) | map('replace', 'log ', '', 1) | reject('in', measures) | list %}
            {% set problem = "a list of measures, each one by itself or after 'log1p ' or 'log ', such as ['log1p recency_days']; "
                ~ 'the measures are ' ~ measures | join(', ') %}
        {% endif %}
    {% elif kind == 'members' %}
        {% if value is not mapping or value.keys() | reject('string') | list or value.values() | reject('string') | list
            or '' in value or '' in value.values() %}
            {% set problem = 'a mapping of names to columns of the file, such as {wines: MntWines}; {} for none' %}
        {% endif %}
    {% elif kind == 'changes' %}
        {% set numbers = value.values() | select('number') | reject('boolean') | list if value is mapping else [] %}
        {% if value is not mapping or value.keys() | reject('in', rule['keys']) | list or numbers | length != value | length
            or numbers | select('lt', rule.from) | list or numbers | select('gt', rule.to) | list %}
            {% set problem = 'a mapping of any of ' ~ rule['keys'] | join(', ') ~ ' to numbers from ' ~ rule.from ~ ' to '
                ~ rule.to ~ ', such as {' ~ rule['keys'][0] ~ ': 0.1}' %}
        {% endif %}
    {% elif kind == 'list_of_changes' %}
        {% if value is string or value is mapping or value is not iterable or value | reject('number') | list
            or value | select('boolean') | list or 0 not in value or value | list != value | sort | unique | list
            or value[0] < rule.from or value[-1] > rule.to or value | length > rule.at_most %}
            {% set problem = 'a list of at most ' ~ rule.at_most ~ ' ascending numbers from ' ~ rule.from ~ ' to ' ~ rule.to
                ~ ' with 0 among them, such as [-0.1, 0, 0.1]' %}
        {% endif %}
    {% elif kind == 'capacities' %}
        {% if value is not mapping or value.keys() | reject('string') | list or '' in value
            or value.values() | reject('integer') | list or value.values() | select('lt', 0) | list %}
            {% set problem = 'a mapping of channels to whole numbers of at least 0, such as {phone: 50}; {} for no limit' %}
        {% endif %}
    {% elif kind == 'options' %}
        {% set problem = options_problem(value) %}
    {% endif %}

    {% do return(problem) %}
{% endmacro %}
