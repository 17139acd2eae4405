with

clusters as (

    select
        'k_means' as clustering,
        customer_id,
        cluster
    from {{ ref('int_customer_clusters') }}
    where cluster is not null
    union all
    select
        'hierarchical' as clustering,
        customer_id,
        cluster
    from {{ ref('int_hierarchical_clusters_fitted') }}
    where part = 'customer' and cluster is not null

),

customers as (

    select
        clusters.clustering,
        clusters.cluster,
        measured.recency_days,
        measured.order_count,
        measured.first_order_age_days,
        cast(measured.monetary_value as decimal(18, 4)) as monetary_value

    from clusters
    inner join {{ ref('int_orders_aggregated_to_customer') }} as measured
        on clusters.customer_id = measured.customer_id

),

summed as (

    select
        clustering,
        cluster,
        count(*) as customers,
        {{ ratio('sum(recency_days)', 'count(*)') }} as mean_recency_days,
        cast(median(recency_days) as double) as median_recency_days,
        {{ ratio('sum(order_count)', 'count(*)') }} as mean_order_count,
        cast(median(order_count) as double) as median_order_count,
        {{ ratio('sum(first_order_age_days)', 'count(*)') }} as mean_first_order_age_days,
        cast(median(first_order_age_days) as double) as median_first_order_age_days,
        {{ ratio('sum(monetary_value)', 'count(*)') }} as mean_monetary_value,
        median(cast(monetary_value as double)) as median_monetary_value,
        cast(sum(monetary_value) as decimal(18, 4)) as monetary_value

    from customers
    group by clustering, cluster

),

shop as (

    select
        clustering,
        cast(median(first_order_age_days) as double) as shop_median_first_order_age_days,
        median(cast(monetary_value as double)) as shop_median_monetary_value

    from customers
    group by clustering

),

final as (

    select
        {{ combined_key(['summed.clustering', 'summed.cluster']) }} as cluster_profile_key,
        summed.*,
        shop.shop_median_first_order_age_days,
        shop.shop_median_monetary_value

    from summed
    inner join shop
        on summed.clustering = shop.clustering

)

select * from final
