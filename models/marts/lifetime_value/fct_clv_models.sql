with

fitted as (

    select * from {{ ref('int_clv_models_fitted') }}

),

final as (

    select distinct
        model,
        model not in ('bg_nbd', 'gamma_gamma') as is_challenger,
        status,
        status_reason,
        customers,
        repeat_customers,
        log_likelihood,
        correlation_x_m,
        fitted_to_actual_repeats,
        rung,
        gradient,
        condition,
        passes,
        model_version,
        trained_on_date

    from fitted

)

select * from final
