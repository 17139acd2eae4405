with

forecasts as (

    select * from {{ ref('fct_forecast_totals') }}
    where measure = 'money'

),

standings as (

    select * from {{ ref('fct_backtest_standings') }}

),

joined as (

    select
        forecasts.challenger,
        forecasts.customers,
        forecasts.mean_absolute_bias,
        forecasts.cutoffs,
        standings.lowest_bias,
        standings.highest_bias

    from forecasts
    left join standings
        on
            forecasts.measure = standings.measure
            and forecasts.challenger = standings.challenger

),

told as (

    select
        'forecast_error' as topic,
        challenger as subject,
        cast(null as date) as base_date,
        customers,
        cast(null as bigint) as base_customers,
        mean_absolute_bias as measure_value,
        cast(cutoffs as double) as base_value,
        lowest_bias as lower_value,
        highest_bias as upper_value,
        case
            when cutoffs > 0
                then
                    'Of ' || {{ number_as_text('cutoffs') }} || ' forecasts from days gone by, revenue was off by '
                    || {{ number_as_text('100 * mean_absolute_bias', 1) }} || ' % in the mean'
                    || ', from ' || {{ number_as_text('100 * abs(lowest_bias)', 1) }}
                    || case when lowest_bias < 0 then ' % too low' else ' % too high' end
                    || ' to ' || {{ number_as_text('100 * abs(highest_bias)', 1) }}
                    || case when highest_bias < 0 then ' % too low' else ' % too high' end
            else 'How far off the forecast may be is not known: there is no past forecast to judge it by'
        end as sentence,
        'fct_backtest_standings' as source_mart,
        'from marts.fct_backtest_standings where measure = ''money'' and challenger = ''' || challenger || ''''
            as source_query

    from joined

)

select * from told
