with

customers as (

    select
        clusters.cluster,
        measured.recency_days,
        measured.order_count,
        measured.first_order_age_days,
        cast(measured.monetary_value as decimal(18, 4)) as monetary_value

    from {{ ref('int_customer_clusters') }} as clusters
    inner join {{ ref('int_orders_aggregated_to_customer') }} as measured
        on clusters.customer_id = measured.customer_id
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
        {{ ratio('sum(first_order_age_days)', 'count(*)') }} as mean_first_order_age_days,
        cast(median(first_order_age_days) as double) as median_first_order_age_days,
        {{ ratio('sum(monetary_value)', 'count(*)') }} as mean_monetary_value,
        median(cast(monetary_value as double)) as median_monetary_value,
        cast(sum(monetary_value) as decimal(18, 4)) as monetary_value

    from customers
    group by cluster

),

shop as (

    select
        cast(median(first_order_age_days) as double) as shop_median_first_order_age_days,
        median(cast(monetary_value as double)) as shop_median_monetary_value

    from customers

),

final as (

    select
        summed.*,
        shop.shop_median_first_order_age_days,
        shop.shop_median_monetary_value

    from summed
    cross join shop

)

select * from final
