with

offers as (

    select * from {{ ref('int_customer_offers') }}

),

predictions as (

    select
        customer_id,
        clv_12m

    from {{ ref('fct_customer_lifetime_value') }}

),

final as (

    select
        offers.customer_offer_key,
        offers.customer_id,
        offers.channel,
        offers.expected_cost,
        offers.is_first_offer,
        row_number() over (
            partition by offers.customer_id
            order by offers.uplift desc nulls last, offers.offer_number asc
        ) as strength_position,
        row_number() over (
            partition by offers.customer_id
            order by
                {{ hashed_share("offers.customer_offer_key || '+plan+' || '" ~ var('random_state') ~ "'") }},
                offers.offer_number
        ) as random_position,
        dense_rank() over (order by predictions.clv_12m desc nulls last, offers.customer_id asc) as value_rank,
        {{ hashed_share("offers.customer_id || '+plan+' || '" ~ var('random_state') ~ "'") }} as customer_share

    from offers
    inner join predictions
        on offers.customer_id = predictions.customer_id

)

select * from final
