with

customers as (

    select * from {{ ref('fct_customer_rfm') }}

),

summed as (

    select
        segment,
        count(*) as customers,
        avg(cast(recency_days as double)) as mean_recency_days,
        avg(cast(order_count as double)) as mean_order_count,
        sum(monetary_value) as monetary_value

    from customers
    group by segment

),

final as (

    select
        segment,
        customers,
        cast(customers as double) / sum(customers) over () as customer_share,
        mean_recency_days,
        mean_order_count,
        cast(monetary_value as decimal(18, 4)) as monetary_value,
        cast(monetary_value as double) / nullif(cast(sum(monetary_value) over () as double), 0) as monetary_share

    from summed

)

select * from final
