-- Segments are told twice, of now and of every month end: where both mean the same day they are equal.
with

history as (

    select * from {{ ref('fct_customer_segment_history') }}
    where is_latest_snapshot

),

latest as (

    select
        rfm.*,
        managerial.segment as managerial_segment

    from {{ ref('fct_customer_rfm') }} as rfm
    inner join {{ ref('fct_customer_managerial_segments') }} as managerial
        on rfm.customer_id = managerial.customer_id

)

select
    history.customer_id as customer_of_the_history,
    latest.customer_id as customer_of_now

from history
full outer join latest
    on history.customer_id = latest.customer_id
where
    history.rfm_segment is distinct from latest.segment
    or history.managerial_segment is distinct from latest.managerial_segment
    or history.recency_score is distinct from latest.recency_score
    or history.frequency_score is distinct from latest.frequency_score
    or history.monetary_score is distinct from latest.monetary_score
    or history.mean_order_value is distinct from latest.mean_order_value
    or history.first_order_age_days is distinct from latest.first_order_age_days
