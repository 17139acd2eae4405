{#-
    The sources that may be left out, by the prefix of their vars: their name in dbt, the columns that an accepted row
    must have, the others that have a meaning of their own, the ones among both that are no texts with the columns that
    hold them typed, and whether any other name in the mapping is an attribute of the customer.
-#}
{% macro optional_sources() %}
    {% do return({
        'customers': {
            'source': 'shop', 'table': 'customers', 'takes_attributes': true, 'required': ['customer_id'],
            'optional': ['country', 'birth_year', 'income', 'joined_at', 'has_marketing_consent'],
            'typed': {
                'birth_year': 'birth_year', 'income': 'income', 'joined_at': 'joined_date',
                'has_marketing_consent': 'has_marketing_consent',
            },
        },
        'product_costs': {
            'source': 'shop', 'table': 'product_costs', 'takes_attributes': false,
            'required': ['product_id', 'unit_cost'], 'optional': ['valid_from'],
            'typed': {'unit_cost': 'unit_cost', 'valid_from': 'valid_from_date'},
        },
        'exchange_rates': {
            'source': 'shop', 'table': 'exchange_rates', 'takes_attributes': false,
            'required': ['currency', 'rate_date', 'exchange_rate'], 'optional': [],
            'typed': {'rate_date': 'rate_date', 'exchange_rate': 'exchange_rate'},
        },
        'campaign_touches': {
            'source': 'marketing', 'table': 'campaign_touches', 'takes_attributes': false,
            'required': ['customer_id', 'campaign'], 'optional': ['sent_at', 'channel', 'has_responded'],
            'typed': {'sent_at': 'sent_at', 'has_responded': 'has_responded'},
        },
        'marketing_spend': {
            'source': 'marketing', 'table': 'spend', 'takes_attributes': false,
            'required': ['spent_at', 'amount'], 'optional': ['channel'],
            'typed': {'spent_at': 'spent_date', 'amount': 'amount'},
        },
        'web_sessions': {
            'source': 'web', 'table': 'sessions', 'takes_attributes': false,
            'required': ['started_at', 'visitor_id'], 'optional': ['session_id', 'customer_id', 'channel'],
            'typed': {'started_at': 'started_at'},
        },
        'customer_summaries': {
            'source': 'shop', 'table': 'customer_summaries', 'takes_attributes': true, 'required': ['customer_id'],
            'optional': ['joined_at', 'recency_days', 'web_visit_count', 'has_complained', 'birth_year', 'income'],
            'typed': {
                'joined_at': 'joined_date', 'recency_days': 'recency_days', 'web_visit_count': 'web_visit_count',
                'has_complained': 'has_complained', 'birth_year': 'birth_year', 'income': 'income',
            },
        },
    }) %}
{% endmacro %}
