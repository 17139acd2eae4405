with

months as (

    select * from {{ ref('int_periods') }}
    where period_grain = 'month'

),

-- the day before the first month, when nobody is a customer yet: there the first movements start
beginning as (

    select
        0 as snapshot_number,
        cast(null as date) as month_start_date,
        cast({{ dbt.dateadd('day', -1, 'period_start_date') }} as date) as snapshot_date,
        false as is_partial_period,
        false as is_latest_snapshot

    from months
    where is_first_period

),

snapshots as (

    select * from beginning

    union all

    select
        period_index as snapshot_number,
        period_start_date as month_start_date,
        last_covered_date as snapshot_date,
        is_partial_period,
        last_covered_date = {{ as_of_date() }} as is_latest_snapshot

    from months

)

select * from snapshots
