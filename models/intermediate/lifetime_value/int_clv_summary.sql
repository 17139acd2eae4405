with

summary as (

    select * from {{ ref('int_btyd_summary') }}

),

champion as (

    select * from {{ ref('int_clv_champion') }}

),

clock as (

    select * from {{ ref('int_clv_clock') }}
    where days_ahead <= 0

),

timed as (

    select
        summary.*,
        champion.has_all_spend,
        cast(round(-first_days.clock_days) as bigint) as clocked_age_days,
        cast(round(last_days.clock_days - first_days.clock_days) as bigint) as clocked_age_at_last_order_days

    from summary
    cross join champion
    inner join clock as first_days
        on -summary.customer_age_days = first_days.days_ahead
    inner join clock as last_days
        on summary.age_at_last_order_days - summary.customer_age_days = last_days.days_ahead

),

-- a repeat order is at least a day after the first one, however slowly the clock ran
ordered as (

    select
        *,
        case
            when repeat_order_days > 0 then greatest(clocked_age_at_last_order_days, 1) else 0
        end as last_order_days

    from timed

),

final as (

    select
        customer_id,
        repeat_order_days,
        last_order_days as age_at_last_order_days,
        greatest(clocked_age_days, last_order_days) as customer_age_days,
        case when has_all_spend then repeat_order_days + 1 else repeat_order_days end as spend_order_days,
        case when has_all_spend then mean_spend else mean_repeat_spend end as mean_order_day_spend

    from ordered

)

select * from final
