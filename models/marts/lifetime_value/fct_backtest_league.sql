with

metrics as (

    select * from {{ ref('int_backtest_scored') }}
    where part = 'metric'

),

cutoffs as (

    select * from {{ ref('int_backtest_cutoffs') }}

),

standings as (

    select * from {{ ref('fct_backtest_standings') }}

),

final as (

    select
        {{ combined_key(['metrics.challenger', 'metrics.cutoff_number', 'metrics.measure']) }} as backtest_league_key,
        metrics.challenger,
        metrics.cutoff_number,
        metrics.measure,
        cutoffs.cutoff_date,
        cutoffs.horizon_end_date,
        cutoffs.calibration_days,
        standings.is_champion,
        cast(metrics.customers as bigint) as customers,
        metrics.predicted_total,
        metrics.actual_total,
        metrics.bias,
        metrics.mean_absolute_error,
        metrics.root_mean_squared_error,
        metrics.spearman_correlation,
        metrics.normalised_gini,
        metrics.top_decile_share,
        metrics.status,
        metrics.status_reason

    from metrics
    inner join cutoffs on metrics.cutoff_number = cutoffs.cutoff_number
    inner join standings
        on
            metrics.challenger = standings.challenger
            and metrics.measure = standings.measure

)

select * from final
