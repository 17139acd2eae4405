with

scored as (

    select *
    from {{ ref('int_customer_scores_fitted') }}
    where part = 'customer'

),

final as (

    select
        customer_id,
        {{ as_of_date() }} as as_of_date,
        {{ var('score_period_months') }} as score_period_months,
        purchase_probability_next_period,
        expected_spend,
        score,
        score > {{ var('score_threshold') }} as is_above_threshold,
        status,
        status_reason,
        model_version,
        {{ as_of_date() }} as trained_on_date

    from scored

)

select * from final
