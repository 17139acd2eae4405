with

weeks as (

    select * from {{ ref('int_backtest_scored') }}
    where part = 'tracking'

),

cutoffs as (

    select * from {{ ref('int_backtest_cutoffs') }}

),

final as (

    select
        {{ combined_key(['challenger', 'weeks.cutoff_number', 'week_number']) }} as backtest_tracking_key,
        weeks.challenger,
        weeks.cutoff_number,
        weeks.week_number,
        cutoffs.cutoff_date,
        cast({{ dbt.dateadd('day', '7 * cast(weeks.week_number as int)', 'cutoffs.cutoff_date') }} as date)
            as week_end_date,
        weeks.predicted_orders,
        weeks.actual_orders,
        {{ ratio('weeks.predicted_orders', 'weeks.actual_orders') }} - 1 as bias

    from weeks
    inner join cutoffs on weeks.cutoff_number = cutoffs.cutoff_number

)

select * from final
