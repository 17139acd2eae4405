with

migrations as (

    select * from {{ ref('fct_segment_migrations') }}

),

-- one row, whether there is a complete period or not
latest as (

    select max(end_date) as end_date
    from migrations
    where
        segmentation = 'managerial'
        and migration_months = {{ var('markov_period_months') }}
        and not is_partial_period

),

periods as (

    select distinct
        start_date,
        end_date

    from migrations
    where
        segmentation = 'managerial'
        and migration_months = {{ var('markov_period_months') }}

),

-- the backtest stands where the last period began, and knows nothing of it
horizons as (

    select
        'forecast' as markov_run,
        latest.end_date as from_date

    from latest

    union all

    select
        'backtest' as markov_run,
        periods.start_date as from_date

    from latest
    left join periods
        on latest.end_date = periods.end_date

)

select * from horizons
