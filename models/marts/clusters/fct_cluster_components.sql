with

learnt as (

    select * from {{ ref('int_clusters_fitted') }}
    where part = 'component'

),

variances as (

    select
        number,
        estimate as explained_variance_ratio

    from learnt
    where measure = 'explained_variance_ratio'

),

final as (

    select
        {{ combined_key(['learnt.number', 'learnt.feature']) }} as component_key,
        learnt.number as component,
        learnt.feature,
        variances.explained_variance_ratio,
        learnt.estimate as loading

    from learnt
    inner join variances
        on learnt.number = variances.number
    where learnt.measure = 'loading'

)

select * from final
