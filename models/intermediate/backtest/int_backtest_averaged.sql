with

metrics as (

    select * from {{ ref('int_backtest_scored') }}
    where part = 'metric'

),

challengers as (

    select * from {{ ref('backtest_challengers') }}

),

averaged as (

    select
        challenger,
        measure,
        count(*) filter (where status <> 'fallback') as cutoffs,
        max(status_reason) filter (where status = 'fallback') as status_reason,
        min(bias) as lowest_bias,
        max(bias) as highest_bias,
        {{ exact_mean('abs(bias)') }} as mean_absolute_bias,
        {{ exact_mean('mean_absolute_error') }} as mean_absolute_error,
        {{ exact_mean('root_mean_squared_error') }} as root_mean_squared_error,
        {{ exact_mean('spearman_correlation') }} as spearman_correlation,
        {{ exact_mean('normalised_gini') }} as normalised_gini,
        {{ exact_mean('top_decile_share') }} as top_decile_share

    from metrics
    group by challenger, measure

),

-- only who forecasts wherever anybody can may win
compared as (

    select
        averaged.*,
        challengers.complexity,
        challengers.is_baseline,
        averaged.normalised_gini
        - max(case when averaged.challenger = 'last_period' then averaged.normalised_gini end)
            over (partition by averaged.measure) as gini_above_last_period,
        challengers.is_publishable
        and averaged.normalised_gini is not null
        and averaged.cutoffs = max(averaged.cutoffs) over (partition by averaged.measure) as is_candidate

    from averaged
    inner join challengers on averaged.challenger = challengers.challenger

)

select * from compared
