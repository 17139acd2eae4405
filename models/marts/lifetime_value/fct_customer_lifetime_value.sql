with

scored as (

    select * from {{ ref('int_clv_scored') }}

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
        customer_id,
        expected_orders_26w,
        probability_alive,
        purchase_probability_26w,
        expected_order_value,
        clv_6m,
        value_quartile,
        value_tertile,
        clv_6m_scaled,
        1 + 99 * clv_6m_scaled as clv_6m_scaled_1_to_100,
        status,
        status_reason,
        {{ as_of_date() }} as trained_on_date

    from tiered

)

select * from final
