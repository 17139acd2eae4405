with

fitted as (

    select * from {{ ref('int_attribute_clusters_fitted') }}
    where part = 'model'

),

final as (

    select
        n_clusters as cluster_count,
        is_chosen,
        customers,
        taught_customers,
        judged_customers,
        component_count,
        explained_ratio,
        inertia,
        silhouette,
        calinski_harabasz,
        davies_bouldin,
        status,
        status_reason

    from fitted

)

select * from final
