with

fitted as (

    select * from {{ ref('int_clv_models_fitted') }}

),

final as (

    select distinct
        model,
        status,
        status_reason,
        customers,
        repeat_customers,
        log_likelihood,
        correlation_x_m,
        fitted_to_actual_repeats,
        {{ as_of_date() }} as trained_on_date

    from fitted

)

select * from final
