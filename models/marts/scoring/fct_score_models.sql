with

models as (

    select *
    from {{ ref('int_customer_scores_fitted') }}
    where part = 'model'

),

days as (

    select
        max(as_of_date) filter (where periods_back = 0) as as_of_date,
        max(as_of_date) filter (where periods_back = 1) as day_1_date,
        max(as_of_date) filter (where periods_back = 2) as day_2_date

    from {{ ref('int_score_customers') }}

),

final as (

    select
        {{ combined_key(['models.model', 'models.evaluation']) }} as model_evaluation_key,
        models.model,
        models.evaluation,
        case when models.evaluation = 'in_sample' then days.day_1_date else days.day_2_date end as learnt_from_date,
        case when models.evaluation = 'in_sample' then days.as_of_date else days.day_1_date end as trained_on_date,
        days.day_1_date as judged_from_date,
        days.as_of_date as judged_until_date,
        models.customers,
        models.active_customers,
        models.log_likelihood,
        models.aic,
        models.auc,
        models.brier_score,
        models.r_squared,
        models.residual_standard_error,
        models.smearing_factor,
        models.predicted_total,
        models.actual_total,
        {{ ratio('models.predicted_total', 'models.actual_total') }} as predicted_to_actual,
        models.status,
        models.status_reason

    from models
    cross join days

)

select * from final
