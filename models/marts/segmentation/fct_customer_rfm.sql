with

customers as (

    select
        *,
        row_number() over (order by order_count, customer_id) as order_count_rank

    from {{ ref('int_orders_aggregated_to_customer') }}
    where order_count > 0

),

segments as (

    select * from {{ ref('rfm_segments') }}

),

edges as (

    select
        {{ rfm_edges() }},
        {{ bin_edges('tertile', 'monetary_value', 3) }}

    from customers

),

scored as (

    select
        customers.*,
        {{ rfm_scores() }},
        {{ value_tier('tertile', 'monetary_value', 3) }} as value_tier

    from customers
    cross join edges

),

final as (

    select
        scored.customer_id,
        scored.recency_days,
        scored.order_count,
        cast(scored.monetary_value as decimal(18, 4)) as monetary_value,
        scored.mean_order_value,
        scored.first_order_age_days,
        scored.recency_score,
        scored.frequency_score,
        scored.monetary_score,
        segments.segment,
        scored.value_tier

    from scored
    left join segments
        on
            {{ rfm_fifth('scored.recency_score') }} = segments.recency_score
            and {{ rfm_fifth('scored.frequency_score') }} = segments.frequency_score

)

select * from final
