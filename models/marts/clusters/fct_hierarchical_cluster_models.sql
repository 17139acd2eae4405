with

fitted as (

    select * from {{ ref('int_hierarchical_clusters_fitted') }}
    where part = 'model'

),

final as (

    select
        n_clusters as cluster_count,
        is_chosen,
        linkage,
        method,
        customers,
        leaf_count,
        judged_customers,
        silhouette,
        calinski_harabasz,
        davies_bouldin,
        agreement,
        status,
        status_reason

    from fitted

)

select * from final
