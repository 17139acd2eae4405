with

purchases as (

    select
        *,
        {{ dbt.datediff('order_date', 'history_date', 'day') }} < {{ var('backtest_horizon_days') }} as is_recent

    from {{ ref('int_backtest_purchases') }}

),

-- nothing of what comes later is in a history
histories as (

    select
        history_date,
        customer_id,
        {{ btyd_measures('history_date') }},
        cast(sum(monetary_value) as double) as past_value,
        cast(sum(monetary_value) filter (where order_date = first_purchase_date) as double) as first_purchase_value,
        count(*) filter (where is_recent) as recent_order_days,
        coalesce(cast(sum(monetary_value) filter (where is_recent) as double), 0) as recent_value

    from purchases
    where not is_later
    group by history_date, customer_id

),

outcomes as (

    select
        history_date,
        customer_id,
        count(*) as later_order_days,
        cast(sum(monetary_value) as double) as later_value

    from purchases
    where is_later
    group by history_date, customer_id

),

final as (

    select
        {{ combined_key(['histories.history_date', 'histories.customer_id']) }} as backtest_history_key,
        histories.history_date,
        histories.customer_id,
        histories.repeat_order_days,
        histories.age_at_last_order_days,
        histories.customer_age_days,
        histories.mean_repeat_spend,
        histories.past_value,
        histories.first_purchase_value,
        histories.recent_order_days,
        histories.recent_value,
        coalesce(outcomes.later_order_days, 0) as later_order_days,
        coalesce(outcomes.later_value, 0) as later_value

    from histories
    left join outcomes
        on
            histories.history_date = outcomes.history_date
            and histories.customer_id = outcomes.customer_id

)

select * from final
