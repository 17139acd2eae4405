with

clusters as (

    select * from {{ ref('fct_customer_clusters') }}
    where cluster is not null

),

segments as (

    select
        customer_id,
        'rfm' as segmentation,
        segment

    from {{ ref('fct_customer_rfm') }}

),

counted as (

    select
        clusters.cluster,
        clusters.cluster_name,
        segments.segmentation,
        segments.segment,
        count(*) as customers

    from clusters
    inner join segments
        on clusters.customer_id = segments.customer_id
    group by clusters.cluster, clusters.cluster_name, segments.segmentation, segments.segment

),

totalled as (

    select
        *,
        sum(customers) over (partition by segmentation, cluster) as cluster_customers,
        sum(customers) over (partition by segmentation, segment) as segment_customers,
        sum(customers) over (partition by segmentation) as all_customers

    from counted

),

final as (

    select
        {{ combined_key(['cluster', 'segmentation', 'segment']) }} as cluster_segment_key,
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
