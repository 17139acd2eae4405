{#- The legal values of every var: the one home of that knowledge, read by check_config. -#}
{% macro config_rules() %}
    {% set rules = {
        'order_lines_path': {'kind': 'optional_text'},
        'order_lines_columns': {'kind': 'columns', 'source': 'order_lines'},
        'order_lines_delimiter': {'kind': 'delimiter'},
        'order_lines_quote': {'kind': 'one_of', 'legal': ['"', "'", '']},
        'order_lines_encoding': {'kind': 'one_of', 'legal': ['utf-8', 'utf-16', 'latin-1']},
        'order_lines_header': {'kind': 'one_of', 'legal': [true, false]},
        'order_date_format': {'kind': 'date_format'},
        'decimal_separator': {'kind': 'one_of', 'legal': ['.', ',']},
        'null_texts': {'kind': 'list_of_texts'},
        'source_time_zone': {'kind': 'time_zone'},
        'time_zone': {'kind': 'time_zone'},
        'reporting_currency': {'kind': 'optional_text'},
        'order_without_id': {'kind': 'one_of', 'legal': ['customer_and_time', 'line']},
        'exchange_rate_max_age_days': {'kind': 'whole_number', 'from': 0, 'to': 366},
        'customer_summaries_duplicates': {'kind': 'one_of', 'legal': ['keep', 'drop']},
        'as_of_date': {'kind': 'optional_date'},
        'duplicate_policy': {'kind': 'one_of', 'legal': ['drop', 'keep']},
        'cancellation_policy': {'kind': 'one_of', 'legal': ['keep', 'reject']},
        'cancellation_pattern': {'kind': 'pattern'},
        'zero_price_policy': {'kind': 'one_of', 'legal': ['reject', 'keep']},
        'missing_customer_policy': {'kind': 'one_of', 'legal': ['keep', 'reject']},
        'non_product_policy': {'kind': 'one_of', 'legal': ['by_line_type', 'count_all', 'products_only']},
        'outlier_policy': {'kind': 'one_of', 'legal': ['none', 'quantile', 'iqr']},
        'monetary_basis': {'kind': 'one_of', 'legal': ['net', 'gross']},
        'assumed_margin_rate': {'kind': 'optional_number', 'from': 0, 'to': 1},
        'lapse_days': {'kind': 'whole_number', 'from': 1, 'to': 3650},
        'cohort_grain': {'kind': 'one_of', 'legal': ['week', 'month', 'quarter']},
        'cohort_top_members': {'kind': 'whole_number', 'from': 1, 'to': 1000},
        'repurchase_windows_days': {'kind': 'list_of_days'},
        'driver_first_days': {'kind': 'whole_number', 'from': 1, 'to': 3650},
        'driver_significance_level': {'kind': 'number', 'from': 0, 'to': 1},
        'rfm_bins': {'kind': 'whole_number', 'from': 2, 'to': 10},
        'rfm_recency_edges': {'kind': 'edges'},
        'rfm_frequency_edges': {'kind': 'edges'},
        'rfm_monetary_edges': {'kind': 'edges'},
        'managerial_active_days': {'kind': 'whole_number', 'from': 1, 'to': 36500},
        'managerial_warm_days': {'kind': 'whole_number', 'from': 1, 'to': 36500},
        'managerial_cold_days': {'kind': 'whole_number', 'from': 1, 'to': 36500},
        'managerial_high_value_amount': {'kind': 'number', 'from': 0, 'to': 1000000000},
        'managerial_split_new_active': {'kind': 'one_of', 'legal': [true, false]},
        'migration_months': {'kind': 'list_of_months'},
        'basket_min_support': {'kind': 'number', 'from': 0, 'to': 1},
        'basket_min_orders': {'kind': 'whole_number', 'from': 1, 'to': 1000000},
        'basket_max_products': {'kind': 'whole_number', 'from': 2, 'to': 10000},
        'first_product_window_days': {'kind': 'whole_number', 'from': 1, 'to': 3650},
        'campaign_window_days': {'kind': 'whole_number', 'from': 1, 'to': 3650},
        'n_clusters': {'kind': 'auto_or_whole_number', 'from': 2, 'to': 20},
        'min_clusters': {'kind': 'whole_number', 'from': 2, 'to': 20},
        'max_clusters': {'kind': 'whole_number', 'from': 2, 'to': 20},
        'cluster_stability_floor': {'kind': 'number', 'from': 0, 'to': 1},
        'random_state': {'kind': 'whole_number', 'from': 0, 'to': 4294967295},
        'clv_annual_discount_rate': {'kind': 'number', 'from': 0, 'to': 1},
    } %}
    {% for source_name in optional_sources() %}
        {% do rules.update({
            source_name ~ '_path': {'kind': 'optional_text'},
            source_name ~ '_columns': {'kind': 'columns', 'source': source_name},
            source_name ~ '_options': {'kind': 'options'},
        }) %}
    {% endfor %}
    {% for group in summary_groups() %}
        {% do rules.update({'customer_summaries_' ~ group: {'kind': 'members'}}) %}
    {% endfor %}
    {% do return(rules) %}
{% endmacro %}
