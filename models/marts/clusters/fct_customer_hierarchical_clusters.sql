with

clusters as (

    select * from {{ ref('int_hierarchical_clusters_fitted') }}
    where part = 'customer'

),

profiles as (

    select * from {{ ref('fct_cluster_profiles') }}

),

final as (

    select
        clusters.customer_id,
        clusters.cluster,
        profiles.cluster_name,
        clusters.is_in_sample,
        clusters.status,
        clusters.status_reason

    from clusters
    left join profiles
        on clusters.cluster = profiles.cluster and profiles.clustering = 'hierarchical'

)

select * from final
