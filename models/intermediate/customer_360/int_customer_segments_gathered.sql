with

customers as (

    select customer_id from {{ ref('dim_customers') }}

),

rfm as (

    select * from {{ ref('fct_customer_rfm') }}

),

managerial as (

    select * from {{ ref('fct_customer_managerial_segments') }}

),

equal_width as (

    select * from {{ ref('fct_customer_equal_width_rfm') }}

),

cohorts as (

    select * from {{ ref('int_customer_cohorts') }}

),

final as (

    select
        customers.customer_id,
        rfm.recency_days,
        rfm.first_order_age_days,
        rfm.monetary_value,
        rfm.mean_order_value,
        rfm.recency_score,
        rfm.frequency_score,
        rfm.monetary_score,
        rfm.segment as rfm_segment,
        rfm.value_tier,
        managerial.segment as managerial_segment,
        equal_width.score_sum as equal_width_score_sum,
        equal_width.segment as equal_width_segment,
        cohorts.cohort_start_date

    from customers
    left join rfm
        on customers.customer_id = rfm.customer_id
    left join managerial
        on customers.customer_id = managerial.customer_id
    left join equal_width
        on customers.customer_id = equal_width.customer_id
    left join cohorts
        on customers.customer_id = cohorts.customer_id

)

select * from final
