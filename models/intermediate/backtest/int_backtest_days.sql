with

purchases as (

    select * from {{ ref('int_backtest_purchases') }}

),

counted as (

    select
        {{ combined_key(['history_date', 'order_date']) }} as backtest_day_key,
        history_date,
        order_date,
        count(*) filter (where order_date = first_purchase_date) as first_purchases,
        count(*) filter (where order_date > first_purchase_date) as repeat_purchases

    from purchases
    group by history_date, order_date

)

select * from counted
