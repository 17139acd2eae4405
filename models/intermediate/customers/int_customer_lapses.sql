with

order_days as (

    select
        customer_id,
        order_date,
        lead(order_date) over (partition by customer_id order by order_date) as next_order_date

    from {{ ref('int_customer_days') }}
    where order_count > 0

),

dated as (

    select
        customer_id,
        order_date as last_order_date,
        cast({{ dbt.dateadd('day', var('lapse_days') | int + 1, 'order_date') }} as date) as lapsed_from_date,
        next_order_date as lapsed_until_date

    from order_days

),

-- lapsed on every day d with lapsed_from_date <= d < lapsed_until_date
lapsed as (

    select
        {{ combined_key(['customer_id', 'last_order_date']) }} as customer_lapse_key,
        *

    from dated
    where
        lapsed_from_date <= {{ as_of_date() }}
        and (lapsed_until_date is null or lapsed_until_date > lapsed_from_date)

)

select * from lapsed
