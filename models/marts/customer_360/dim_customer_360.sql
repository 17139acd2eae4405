{#- The columns that each source shows. -#}
{%- set shown = {
    'customers': [
        'customer_id', 'country', 'birth_year', 'income', 'has_marketing_consent', 'joined_date', 'first_order_date',
        'last_order_date', 'order_count', 'units', 'gross_revenue', 'discount_amount', 'returns_amount',
        'net_revenue', 'margin_amount', 'return_rate', 'discount_rate', 'is_lapsed',
    ],
    'segments': [
        'recency_days', 'first_order_age_days', 'monetary_value', 'mean_order_value', 'recency_score',
        'frequency_score', 'monetary_score', 'rfm_segment', 'value_tier', 'managerial_segment',
        'equal_width_score_sum', 'equal_width_segment', 'cohort_start_date',
    ],
    'clusters': [
        'k_means_cluster', 'k_means_cluster_name', 'k_means_status', 'hierarchical_cluster',
        'hierarchical_cluster_name', 'hierarchical_cluster_status', 'attribute_cluster', 'attribute_cluster_status',
    ],
    'predictions': [
        'expected_orders_1w', 'expected_orders_4w', 'expected_orders_13w', 'expected_orders_26w',
        'expected_orders_52w', 'orders_26w_lower', 'orders_26w_upper', 'probability_alive',
        'purchase_probability_30d', 'purchase_probability_90d', 'purchase_probability_26w',
        'purchase_probability_365d', 'next_order_date', 'expected_order_value', 'clv_1m', 'clv_3m', 'clv_6m',
        'clv_12m', 'clv_quartile', 'clv_tertile', 'prediction_status', 'prediction_status_reason', 'prediction_model',
        'prediction_model_version', 'prediction_trained_on_date', 'score_period_months',
        'purchase_probability_next_period', 'expected_spend_next_period', 'score', 'is_above_score_threshold',
        'score_status', 'score_status_reason', 'score_model_version', 'score_trained_on_date', 'orders_per_year',
        'simple_cltv_revenue', 'simple_cltv', 'simple_cltv_quartile',
    ],
    'actions': [
        'risk_band', 'action', 'rule_action', 'contact_obstacle', 'is_holdout', 'is_to_contact', 'offer',
        'cost_per_contact', 'expected_uplift', 'rule_number as action_rule_number', 'rule_reason as action_reason',
        'channel as contact_channel', 'discount_rate as offer_discount_rate',
    ],
    'summaries': [
        'recency_days as summary_recency_days', 'web_visit_count as summary_web_visit_count', 'has_complained',
        'total_spend as summary_total_spend', 'purchase_count as summary_purchase_count',
    ],
} -%}
with

customers as (

    select * from {{ ref('dim_customers') }}

),

segments as (

    select * from {{ ref('int_customer_segments_gathered') }}

),

clusters as (

    select * from {{ ref('int_customer_clusters_gathered') }}

),

predictions as (

    select * from {{ ref('int_customer_predictions_gathered') }}

),

actions as (

    select * from {{ ref('fct_customer_actions') }}

),

summaries as (

    select * from {{ ref('fct_summary_customers') }}

),

final as (

    select
        {% for source, columns in shown.items() -%}
        {% for column in columns -%}
        {{ source }}.{{ column }},
        {% endfor -%}
        {% endfor -%}
        summaries.response_count as summary_response_count

    from customers
    left join segments
        on customers.customer_id = segments.customer_id
    left join clusters
        on customers.customer_id = clusters.customer_id
    left join predictions
        on customers.customer_id = predictions.customer_id
    left join actions
        on customers.customer_id = actions.customer_id
    left join summaries
        on customers.customer_id = summaries.customer_id

)

select * from final
