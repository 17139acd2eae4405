with

coefficients as (

    select *
    from {{ ref('int_customer_scores_fitted') }}
    where part = 'coefficient'

),

final as (

    select
        {{ combined_key(['model', 'term']) }} as model_term_key,
        model,
        term,
        estimate,
        standard_error,
        z_value,
        p_value

    from coefficients

)

select * from final
