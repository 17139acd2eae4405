with

customer_snapshots as (

    select * from {{ ref('int_customer_snapshots') }}

),

segments as (

    select * from {{ ref('rfm_segments') }}

),

edges as (

    select
        snapshot_number,
        {{ rfm_edges() }}

    from customer_snapshots
    group by snapshot_number

),

scored as (

    select
        customer_snapshots.*,
        {{ rfm_scores() }}

    from customer_snapshots
    inner join edges
        on customer_snapshots.snapshot_number = edges.snapshot_number

),

final as (

    select
        scored.customer_id,
        scored.snapshot_date,
        scored.snapshot_number,
        scored.is_latest_snapshot,
        scored.recency_days,
        scored.order_count,
        scored.monetary_value,
        scored.mean_order_value,
        scored.first_order_age_days,
        scored.recency_score,
        scored.frequency_score,
        scored.monetary_score,
        segments.segment as rfm_segment,
        {{ managerial_segment(
            'scored.recency_days', 'scored.first_order_age_days', 'scored.mean_order_value'
        ) }} as managerial_segment

    from scored
    left join segments
        on
            {{ rfm_fifth('scored.recency_score') }} = segments.recency_score
            and {{ rfm_fifth('scored.frequency_score') }} = segments.frequency_score

)

select * from final
