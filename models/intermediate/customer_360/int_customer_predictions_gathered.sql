with

customers as (

    select customer_id from {{ ref('dim_customers') }}

),

predictions as (

    select * from {{ ref('fct_customer_lifetime_value') }}

),

scores as (

    select * from {{ ref('fct_customer_scores') }}

),

simple_values as (

    select * from {{ ref('fct_customer_simple_cltv') }}

),

final as (

    select
        customers.customer_id,
        predictions.expected_orders_1w,
        predictions.expected_orders_4w,
        predictions.expected_orders_13w,
        predictions.expected_orders_26w,
        predictions.expected_orders_52w,
        predictions.orders_26w_lower,
        predictions.orders_26w_upper,
        predictions.probability_alive,
        predictions.purchase_probability_30d,
        predictions.purchase_probability_90d,
        predictions.purchase_probability_26w,
        predictions.purchase_probability_365d,
        predictions.next_order_date,
        predictions.expected_order_value,
        predictions.clv_1m,
        predictions.clv_3m,
        predictions.clv_6m,
        predictions.clv_12m,
        predictions.value_quartile as clv_quartile,
        predictions.value_tertile as clv_tertile,
        predictions.status as prediction_status,
        predictions.status_reason as prediction_status_reason,
        predictions.model as prediction_model,
        predictions.model_version as prediction_model_version,
        predictions.trained_on_date as prediction_trained_on_date,
        scores.score_period_months,
        scores.purchase_probability_next_period,
        scores.expected_spend as expected_spend_next_period,
        scores.score,
        scores.is_above_threshold as is_above_score_threshold,
        scores.status as score_status,
        scores.status_reason as score_status_reason,
        scores.model_version as score_model_version,
        scores.trained_on_date as score_trained_on_date,
        simple_values.orders_per_year,
        simple_values.simple_cltv_revenue,
        simple_values.simple_cltv,
        simple_values.simple_cltv_quartile

    from customers
    left join predictions
        on customers.customer_id = predictions.customer_id
    left join scores
        on customers.customer_id = scores.customer_id
    left join simple_values
        on customers.customer_id = simple_values.customer_id

)

select * from final
