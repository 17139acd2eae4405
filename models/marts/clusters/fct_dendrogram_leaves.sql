with

fitted as (

    select * from {{ ref('int_hierarchical_clusters_fitted') }}
    where part = 'leaf'

),

final as (

    select
        cast(position as bigint) as position,
        cluster,
        customers

    from fitted

)

select * from final
