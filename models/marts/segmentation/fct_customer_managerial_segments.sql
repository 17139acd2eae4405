with

customers as (

    select *
    from {{ ref('int_orders_aggregated_to_customer') }}
    where order_count > 0

),

final as (

    select
        customer_id,
        recency_days,
        first_order_age_days,
        order_count,
        mean_order_value,
        {{ managerial_segment('recency_days', 'first_order_age_days', 'mean_order_value') }} as segment

    from customers

)

select * from final
