with

customers as (

    select
        rfm.customer_id,
        clusters.cluster,
        rfm.recency_days,
        rfm.order_count,
        rfm.monetary_value

    from {{ ref('fct_customer_rfm') }} as rfm
    inner join {{ ref('fct_customer_clusters') }} as clusters
        on rfm.customer_id = clusters.customer_id
    where clusters.cluster is not null

),

summed as (

    select
        cluster,
        count(*) as customers,
        avg(cast(recency_days as double)) as mean_recency_days,
        median(recency_days) as median_recency_days,
        avg(cast(order_count as double)) as mean_order_count,
        median(order_count) as median_order_count,
        cast(sum(monetary_value) as double) / count(*) as mean_monetary_value,
        median(cast(monetary_value as double)) as median_monetary_value,
        sum(monetary_value) as monetary_value

    from customers
    group by cluster

),

final as (

    select
        cluster,
        customers,
        cast(customers as double) / sum(customers) over () as customer_share,
        mean_recency_days,
        cast(median_recency_days as double) as median_recency_days,
        mean_order_count,
        cast(median_order_count as double) as median_order_count,
        mean_monetary_value,
        median_monetary_value,
        cast(monetary_value as decimal(18, 4)) as monetary_value,
        cast(monetary_value as double) / nullif(cast(sum(monetary_value) over () as double), 0) as monetary_share

    from summed

)

select * from final
