with

scored as (

    select * from {{ ref('int_clv_scored') }}

),

inputs as (

    select * from {{ ref('int_clv_parameters') }}

),

next_orders as (

    select * from {{ ref('int_clv_next_orders') }}

),

edges as (

    select
        {{ bin_edges('quartile', 'clv_6m', 4) }},
        {{ bin_edges('tertile', 'clv_6m', 3) }},
        min(clv_6m) as lowest_clv,
        max(clv_6m) as highest_clv

    from scored

),

tiered as (

    select
        scored.*,
        {{ value_tier('quartile', 'scored.clv_6m', 4) }} as value_quartile,
        {{ value_tier('tertile', 'scored.clv_6m', 3) }} as value_tertile,
        (scored.clv_6m - edges.lowest_clv) / nullif(edges.highest_clv - edges.lowest_clv, 0) as clv_6m_scaled

    from scored
    cross join edges

),

final as (

    select
        tiered.customer_id,
        tiered.expected_orders_1w,
        tiered.expected_orders_4w,
        tiered.expected_orders_13w,
        tiered.expected_orders_26w,
        tiered.expected_orders_52w,
        tiered.orders_26w_lower,
        tiered.orders_26w_upper,
        tiered.probability_alive,
        tiered.purchase_probability_30d,
        tiered.purchase_probability_90d,
        tiered.purchase_probability_26w,
        tiered.purchase_probability_365d,
        next_orders.next_order_date,
        tiered.expected_order_value,
        tiered.clv_1m,
        tiered.clv_3m,
        tiered.clv_6m,
        tiered.clv_12m,
        tiered.value_quartile,
        tiered.value_tertile,
        tiered.clv_6m_scaled,
        1 + 99 * tiered.clv_6m_scaled as clv_6m_scaled_1_to_100,
        tiered.status,
        tiered.status_reason,
        inputs.model,
        inputs.model_reason,
        inputs.model_version,
        inputs.trained_on_date,
        inputs.as_of_date

    from tiered
    cross join inputs
    left join next_orders
        on tiered.customer_id = next_orders.customer_id

)

select * from final
