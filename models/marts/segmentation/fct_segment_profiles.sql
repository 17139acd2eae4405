with

segments as (

    select * from {{ ref('int_customer_segments') }}

),

customers as (

    select * from {{ ref('int_orders_aggregated_to_customer') }}

),

summed as (

    select
        segments.segmentation,
        segments.segment,
        count(*) as customers,
        sum(customers.recency_days) as recency_days,
        sum(customers.order_count) as order_count,
        sum(customers.monetary_value) as monetary_value

    from segments
    inner join customers
        on segments.customer_id = customers.customer_id
    group by segments.segmentation, segments.segment

),

final as (

    select
        {{ combined_key(['segmentation', 'segment']) }} as segment_profile_key,
        segmentation,
        segment,
        customers,
        {{ ratio('customers', 'sum(customers) over (partition by segmentation)') }} as customer_share,
        {{ ratio('recency_days', 'customers') }} as mean_recency_days,
        {{ ratio('order_count', 'customers') }} as mean_order_count,
        {{ ratio('monetary_value', 'order_count') }} as mean_order_value,
        cast(monetary_value as decimal(18, 4)) as monetary_value,
        {{ ratio('monetary_value', 'sum(monetary_value) over (partition by segmentation)') }} as monetary_share,
        {{ ratio('monetary_value', 'customers') }} as monetary_value_per_customer

    from summed

)

select * from final
