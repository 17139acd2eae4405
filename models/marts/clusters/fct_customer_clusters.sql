with

clusters as (

    select * from {{ ref('int_customer_clusters') }}

),

profiles as (

    select * from {{ ref('fct_cluster_profiles') }}

),

final as (

    select
        clusters.customer_id,
        clusters.cluster,
        profiles.cluster_name,
        clusters.pca_1,
        clusters.pca_2,
        clusters.pca_3,
        clusters.status,
        clusters.status_reason

    from clusters
    left join profiles
        on clusters.cluster = profiles.cluster and profiles.clustering = 'k_means'

)

select * from final
