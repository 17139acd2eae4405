with

purchase_days as (

    select
        customer_id,
        order_date,
        monetary_value

    from {{ ref('int_customer_days') }}
    where {{ is_purchase_day() }}

),

summarised as (

    select
        customer_id,
        min(order_date) as first_purchase_date,
        {{ btyd_measures(as_of_date()) }},
        cast(sum(monetary_value) as double) / count(*) as mean_spend

    from purchase_days
    group by customer_id

)

select * from summarised
