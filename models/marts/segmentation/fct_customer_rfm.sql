{%- set bins = var('rfm_bins') | int -%}
{%- set frequency_measure = 'order_count' if var('rfm_frequency_edges') else 'order_count_rank' -%}
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

-- order counts tie too often to be cut by value: their rank is cut, ties in customer_id order
edges as (

    select
        {{ bin_edges('recency', 'recency_days', bins, var('rfm_recency_edges')) }},
        {{ bin_edges('frequency', frequency_measure, bins, var('rfm_frequency_edges')) }},
        {{ bin_edges('monetary', 'monetary_value', bins, var('rfm_monetary_edges')) }},
        {{ bin_edges('tertile', 'monetary_value', 3) }}

    from customers

),

scored as (

    select
        customers.*,
        {{ bins + 1 }} - ({{ bin_score('recency', 'recency_days', bins) }}) as recency_score,
        {{ bin_score('frequency', frequency_measure, bins) }} as frequency_score,
        {{ bin_score('monetary', 'monetary_value', bins) }} as monetary_score,
        {{ value_tier('tertile', 'monetary_value', 3) }} as value_tier

    from customers
    cross join edges

),

-- the seed names fifths; other numbers of scores are stretched onto 1 to 5
stretched as (

    select
        *,
        cast(round(1 + (recency_score - 1) * 4.0 / {{ bins - 1 }}) as int) as recency_fifth,
        cast(round(1 + (frequency_score - 1) * 4.0 / {{ bins - 1 }}) as int) as frequency_fifth

    from scored

),

final as (

    select
        stretched.customer_id,
        stretched.recency_days,
        stretched.order_count,
        cast(stretched.monetary_value as decimal(18, 4)) as monetary_value,
        stretched.mean_order_value,
        stretched.first_order_age_days,
        stretched.recency_score,
        stretched.frequency_score,
        stretched.monetary_score,
        segments.segment,
        stretched.value_tier

    from stretched
    left join segments
        on
            stretched.recency_fifth = segments.recency_score
            and stretched.frequency_fifth = segments.frequency_score

)

select * from final
