with

customers as (

    select * from {{ ref('dim_customers') }}

),

segments as (

    select * from {{ ref('fct_customer_rfm') }}

),

predictions as (

    select * from {{ ref('fct_customer_lifetime_value') }}

),

bands as (

    select
        risk_band,
        lowest_probability,
        lag(lowest_probability) over (order by band_number) as probability_above

    from {{ ref('risk_bands') }}

),

final as (

    select
        customers.customer_id,
        coalesce(segments.segment, 'none') as segment,
        coalesce(segments.value_tier, 'none') as value_tier,
        coalesce(bands.risk_band, 'unknown') as risk_band,
        predictions.purchase_probability_26w

    from customers
    left join segments
        on customers.customer_id = segments.customer_id
    left join predictions
        on customers.customer_id = predictions.customer_id
    left join bands
        on
            predictions.purchase_probability_26w >= bands.lowest_probability
            and predictions.purchase_probability_26w < coalesce(bands.probability_above, 2)

)

select * from final
