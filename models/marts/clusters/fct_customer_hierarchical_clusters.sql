with

fitted as (

    select * from {{ ref('int_hierarchical_clusters_fitted') }}
    where part = 'customer'

),

final as (

    select
        customer_id,
        cluster,
        is_in_sample,
        status,
        status_reason

    from fitted

)

select * from final
