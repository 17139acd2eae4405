with

scored as (

    select * from {{ ref('fct_customer_lifetime_value') }}

),

champion as (

    select * from {{ ref('int_clv_champion') }}

),

standings as (

    select * from {{ ref('fct_backtest_standings') }}

),

-- of decimals, so that the order of the customers has no say in the last digit
summed as (

    select
        'orders' as measure,
        sum(cast(expected_orders_26w as decimal(38, 9))) as forecast_total,
        count(*) as customers
    from scored
    where expected_orders_26w is not null
    having count(*) > 0

    union all

    select
        'money' as measure,
        sum(cast(expected_orders_26w * expected_order_value as decimal(38, 9))) as forecast_total,
        count(*) as customers
    from scored
    where expected_orders_26w is not null
    having count(*) > 0

),

-- a forecast that was 25 % too high stands for 1 / 1.25 of itself
final as (

    select
        summed.measure,
        summed.customers,
        cast(summed.forecast_total as double) as forecast_total,
        cast(summed.forecast_total as double) / nullif(1 + standings.highest_bias, 0) as lower_total,
        cast(summed.forecast_total as double) / nullif(1 + standings.lowest_bias, 0) as upper_total,
        champion.challenger,
        coalesce(standings.cutoffs, 0) as cutoffs,
        standings.mean_absolute_bias,
        {{ as_of_date() }} as as_of_date

    from summed
    cross join champion
    left join standings
        on
            summed.measure = standings.measure
            and champion.challenger = standings.challenger
            and standings.cutoffs > 0

)

select * from final
