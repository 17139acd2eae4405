with

customers as (

    select *
    from {{ ref('int_orders_aggregated_to_customer') }}
    where order_count > 0

),

segments as (

    select * from {{ ref('equal_width_segments') }}

),

limits as (

    select
        min(recency_days) as lowest_recency,
        max(recency_days) as highest_recency,
        min(order_count) as lowest_frequency,
        max(order_count) as highest_frequency,
        min(monetary_value) as lowest_monetary,
        max(monetary_value) as highest_monetary

    from customers

),

scored as (

    select
        customers.*,
        6 - {{ equal_width_bin('recency_days', 'lowest_recency', 'highest_recency', 5) }} as recency_score,
        {{ equal_width_bin('order_count', 'lowest_frequency', 'highest_frequency', 5) }} as frequency_score,
        {{ equal_width_bin('monetary_value', 'lowest_monetary', 'highest_monetary', 5) }} as monetary_score

    from customers
    cross join limits

),

summed as (

    select
        *,
        recency_score + frequency_score + monetary_score as score_sum

    from scored

),

final as (

    select
        summed.customer_id,
        summed.recency_days,
        summed.order_count,
        cast(summed.monetary_value as decimal(18, 4)) as monetary_value,
        summed.recency_score,
        summed.frequency_score,
        summed.monetary_score,
        summed.score_sum,
        segments.segment

    from summed
    left join segments
        on summed.score_sum = segments.score_sum

)

select * from final
