{#-
    Runs before every build, and by itself as `dbt run-operation check_config`: stops with one sentence on the first var
    or input file that is not legal.
-#}
{% macro check_config() %}
    {% if execute and flags.WHICH in ('build', 'run', 'test', 'seed', 'run-operation') %}
        {% set rules = config_rules() %}

        {% for name in invocation_args_dict.get('vars') or {} %}
            {% if name not in rules %}
                {% do exceptions.raise_compiler_error(
                    "There is no var '" ~ name ~ "'. The vars are: " ~ rules.keys() | sort | join(', ') ~ "."
                ) %}
            {% endif %}
        {% endfor %}

        {% for name, rule in rules.items() %}
            {% set problem = config_problem(var(name), rule) %}
            {% if problem %}
                {% do exceptions.raise_compiler_error(
                    "The var " ~ name ~ " is " ~ tojson(var(name), var(name) | string) ~ ", but it must be " ~ problem ~ "."
                ) %}
            {% endif %}
        {% endfor %}

        {% for name in ['rfm_recency_edges', 'rfm_frequency_edges', 'rfm_monetary_edges'] %}
            {% if var(name) and var(name) | length != (var('rfm_bins') | int) - 1 %}
                {% do exceptions.raise_compiler_error(
                    "The var " ~ name ~ " has " ~ var(name) | length ~ " edges, but "
                    ~ var('rfm_bins') ~ " scores (rfm_bins) need " ~ ((var('rfm_bins') | int) - 1) ~ "."
                ) %}
            {% endif %}
        {% endfor %}

        {% set active_days = var('managerial_active_days') | int %}
        {% set warm_days = var('managerial_warm_days') | int %}
        {% set cold_days = var('managerial_cold_days') | int %}
        {% if not active_days < warm_days < cold_days %}
            {% do exceptions.raise_compiler_error(
                "The vars managerial_active_days, managerial_warm_days and managerial_cold_days are " ~ active_days ~ ", "
                ~ warm_days ~ " and " ~ cold_days ~ ", but each must be more than the one before it."
            ) %}
        {% endif %}
        {% if var('min_clusters') | int > var('max_clusters') | int %}
            {% do exceptions.raise_compiler_error(
                "The var min_clusters is " ~ var('min_clusters') ~ ", but it must be at most max_clusters, which is "
                ~ var('max_clusters') ~ "."
            ) %}
        {% endif %}

        {% if var('time_zone') and not var('source_time_zone') %}
            {% do exceptions.raise_compiler_error(
                "The var time_zone is set, but source_time_zone is null: name the zone that the file's timestamps are written in, "
                ~ "for example UTC."
            ) %}
        {% endif %}

        {% if var('order_lines_path') is none and var('customer_summaries_path') is none %}
            {% do exceptions.raise_compiler_error(
                "The vars order_lines_path and customer_summaries_path are both null: give the path of at least one of the two."
            ) %}
        {% endif %}

        {% if flags.WHICH in ('build', 'run', 'run-operation') %}
            {% do check_inputs() %}
        {% endif %}
    {% endif %}
{% endmacro %}
