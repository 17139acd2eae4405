with

fitted as (

    select * from {{ ref('int_clv_models_fitted') }}

),

final as (

    select
        {{ combined_key(['model', 'parameter']) }} as model_parameter_key,
        model,
        parameter,
        estimate,
        standard_error

    from fitted

)

select * from final
