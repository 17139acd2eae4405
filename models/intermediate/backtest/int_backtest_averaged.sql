{%- set means = {
    'abs(bias)': 'mean_absolute_bias',
    'mean_absolute_error': 'mean_absolute_error',
    'root_mean_squared_error': 'root_mean_squared_error',
    'spearman_correlation': 'spearman_correlation',
    'normalised_gini': 'normalised_gini',
    'top_decile_share': 'top_decile_share',
} -%}
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
        -- of decimals, so that the order of the rows has no say in the last digit
        {% for measured, mean in means.items() -%}
        cast(avg(cast({{ measured }} as decimal(38, 10))) as double) as {{ mean }}{{ ',' if not loop.last }}
        {% endfor %}
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
        not challengers.is_baseline
        and averaged.normalised_gini is not null
        and averaged.cutoffs = max(averaged.cutoffs) over (partition by averaged.measure) as is_candidate

    from averaged
    inner join challengers on averaged.challenger = challengers.challenger

)

select * from compared
