with

clusters as (

    select
        'k_means' as clustering,
        customer_id,
        cluster,
        cluster_name
    from {{ ref('fct_customer_clusters') }}
    where cluster is not null
    union all
    select
        'hierarchical' as clustering,
        customer_id,
        cluster,
        cluster_name
    from {{ ref('fct_customer_hierarchical_clusters') }}
    where cluster is not null

),

segments as (

    select * from {{ ref('int_customer_segments') }}

),

counted as (

    select
        clusters.clustering,
        clusters.cluster,
        clusters.cluster_name,
        segments.segmentation,
        segments.segment,
        count(*) as customers

    from clusters
    inner join segments
        on clusters.customer_id = segments.customer_id
    group by
        clusters.clustering, clusters.cluster, clusters.cluster_name, segments.segmentation, segments.segment

),

totalled as (

    select
        *,
        sum(customers) over (partition by clustering, segmentation, cluster) as cluster_customers,
        sum(customers) over (partition by clustering, segmentation, segment) as segment_customers,
        sum(customers) over (partition by clustering, segmentation) as all_customers

    from counted

),

final as (

    select
        {{ combined_key(['clustering', 'cluster', 'segmentation', 'segment']) }} as cluster_segment_key,
        clustering,
        cluster,
        cluster_name,
        segmentation,
        segment,
        customers,
        {{ ratio('customers', 'cluster_customers') }} as cluster_share,
        {{ ratio('customers', 'segment_customers') }} as segment_share,
        {{ ratio('customers * all_customers', 'cluster_customers * segment_customers') }} as lift

    from totalled

)

select * from final
