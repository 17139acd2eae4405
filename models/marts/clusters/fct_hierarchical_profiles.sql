with

customers as (

    select
        clusters.cluster,
        rfm.recency_days,
        rfm.order_count,
        rfm.monetary_value

    from {{ ref('fct_customer_hierarchical_clusters') }} as clusters
    inner join {{ ref('fct_customer_rfm') }} as rfm
        on clusters.customer_id = rfm.customer_id
    where clusters.cluster is not null

),

summed as (

    select
        cluster,
        count(*) as customers,
        {{ ratio('sum(recency_days)', 'count(*)') }} as mean_recency_days,
        cast(median(recency_days) as double) as median_recency_days,
        {{ ratio('sum(order_count)', 'count(*)') }} as mean_order_count,
        cast(median(order_count) as double) as median_order_count,
        {{ ratio('sum(monetary_value)', 'count(*)') }} as mean_monetary_value,
        median(cast(monetary_value as double)) as median_monetary_value,
        cast(sum(monetary_value) as decimal(18, 4)) as monetary_value

    from customers
    group by cluster

),

final as (

    select
        cluster,
        customers,
        {{ ratio('customers', 'sum(customers) over ()') }} as customer_share,
        mean_recency_days,
        median_recency_days,
        mean_order_count,
        median_order_count,
        mean_monetary_value,
        median_monetary_value,
        monetary_value,
        {{ ratio('monetary_value', 'sum(monetary_value) over ()') }} as monetary_share

    from summed

)

select * from final
