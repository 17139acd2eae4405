with

months as (

    select
        month_start_date,
        max(date_day) as month_end_date

    from {{ ref('dim_dates') }}
    group by month_start_date

),

flagged as (

    select
        months.month_start_date,
        months.month_end_date,
        months.month_start_date = min(months.month_start_date) over () as is_first_period,
        months.month_end_date > bounds.as_of_date as is_partial_period,
        least(months.month_end_date, bounds.as_of_date) as last_covered_date

    from months
    cross join {{ ref('int_as_of_date') }} as bounds

)

select * from flagged
