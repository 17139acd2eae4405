with

order_days as (

    select
        order_date,
        count(*) as row_count

    from {{ ref('int_order_lines_checked') }}
    where row_problem is null
    group by order_date

),

compared as (

    select
        order_date,
        {{ dbt.datediff('lag(order_date) over (order by order_date)', 'order_date', 'day') }} as gap_days,
        sum(row_count) over (order by order_date desc) as rows_from_here,
        sum(row_count) over () as row_count

    from order_days

),

-- a slip of the pen: a long silence, and next to nothing after it
cut as (

    select min(order_date) as first_implausible_date
    from compared
    where gap_days > 366 and rows_from_here * 1000 < row_count

),

bounded as (

    select max(order_days.order_date) as last_plausible_date
    from order_days
    cross join cut
    where cut.first_implausible_date is null or order_days.order_date < cut.first_implausible_date

)

select * from bounded
