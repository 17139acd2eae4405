with

scored as (

    select * from {{ ref('int_clv_scored') }}
    where clock_days_to_next_order is not null

),

-- the time that passes on the clock from one day to the next
days as (

    select
        days_ahead,
        clock_days,
        lag(clock_days) over (order by days_ahead) as clock_days_before

    from {{ ref('int_clv_clock') }}
    where days_ahead >= 0

),

dated as (

    select
        scored.customer_id,
        cast({{ dbt.dateadd('day', 'days.days_ahead', as_of_date()) }} as date) as next_order_date

    from scored
    inner join days
        on
            scored.clock_days_to_next_order > days.clock_days_before
            and scored.clock_days_to_next_order <= days.clock_days

)

select * from dated
