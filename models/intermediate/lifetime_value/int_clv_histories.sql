with

inputs as (

    select * from {{ ref('int_clv_parameters') }}

),

more_orders as (

    select * from {{ ref('int_clv_more_orders') }}

),

histories as (

    select distinct
        repeat_order_days,
        age_at_last_order_days,
        customer_age_days

    from {{ ref('int_clv_summary') }}

),

-- of one-time buyers the odds are not used; greatest keeps them defined where b is at most 1
odds as (

    select
        histories.*,
        inputs.interval_tail,
        (inputs.r + histories.repeat_order_days) * ln(
            (inputs.alpha + cast(histories.customer_age_days as double) / 7)
            / (inputs.alpha + cast(histories.age_at_last_order_days as double) / 7)
        ) + ln(inputs.a / (inputs.b + greatest(histories.repeat_order_days, 1) - 1)) as log_odds_left

    from histories
    cross join inputs
    where inputs.r is not null

),

alive as (

    select
        *,
        case
            when repeat_order_days = 0 then 1
            else 1 / (1 + exp(least(log_odds_left, 700)))
        end as probability_alive

    from odds

),

-- the chance of more than 0, 1, … orders falls: as many rows as lie above a level, so many orders is the quantile
final as (

    select
        alive.repeat_order_days,
        alive.age_at_last_order_days,
        alive.customer_age_days,
        cast(max(alive.probability_alive) as double) as probability_alive,
        count(*) filter (
            where alive.probability_alive * more_orders.probability_of_more_if_alive > 1 - alive.interval_tail
        ) as orders_26w_lower,
        count(*) filter (
            where alive.probability_alive * more_orders.probability_of_more_if_alive > alive.interval_tail
        ) as orders_26w_upper

    from alive
    inner join more_orders
        on
            alive.repeat_order_days = more_orders.repeat_order_days
            and alive.customer_age_days = more_orders.customer_age_days
    group by alive.repeat_order_days, alive.age_at_last_order_days, alive.customer_age_days

)

select * from final
