-- Month by month, to the cent: a total over all months would hide two errors that cancel out.
with

moved as (

    select
        month_start_date,
        comparison,
        sum(base_net_revenue) as base_net_revenue,
        sum(revenue_change) as revenue_change

    from {{ ref('fct_revenue_movements_monthly') }}
    group by month_start_date, comparison

),

compared as (

    select
        drivers.month_start_date,
        drivers.comparison,
        drivers.revenue_change,
        moved.revenue_change as moved_revenue_change

    from {{ ref('fct_revenue_drivers_monthly') }} as drivers
    left join moved
        on
            drivers.month_start_date = moved.month_start_date
            and drivers.comparison = moved.comparison
    where
        drivers.revenue_change is distinct from moved.revenue_change
        or drivers.base_net_revenue is distinct from moved.base_net_revenue

)

select * from compared
