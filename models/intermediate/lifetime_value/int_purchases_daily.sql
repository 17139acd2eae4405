with

purchase_days as (

    select * from {{ ref('int_purchase_days') }}

),

counted as (

    select
        order_date,
        count(*) filter (where order_date = first_purchase_date) as first_purchases,
        count(*) filter (where order_date > first_purchase_date) as repeat_purchases

    from purchase_days
    group by order_date

)

select * from counted
