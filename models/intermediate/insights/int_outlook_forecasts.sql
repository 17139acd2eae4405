with

forecasts as (

    select * from {{ ref('fct_forecast_totals') }}

),

standings as (

    select * from {{ ref('fct_backtest_standings') }}

),

predictions as (

    select * from {{ ref('fct_customer_lifetime_value') }}

),

told as (

    select
        case measure when 'money' then 'expected_revenue' else 'expected_orders' end as topic,
        cast(null as {{ dbt.type_string() }}) as subject,
        cast(null as {{ dbt.type_string() }}) as detail,
        cast(null as date) as base_date,
        customers,
        cast(null as bigint) as base_customers,
        forecast_total as measure_value,
        cast(cutoffs as double) as base_value,
        lower_total as lower_value,
        upper_total as upper_value,
        'fct_forecast_totals' as source_mart,
        'from marts.fct_forecast_totals where measure = ''' || measure || '''' as source_query
    from forecasts

    union all

    select
        'forecast_error' as topic,
        forecasts.challenger as subject,
        cast(null as {{ dbt.type_string() }}) as detail,
        cast(null as date) as base_date,
        forecasts.customers,
        cast(null as bigint) as base_customers,
        forecasts.mean_absolute_bias as measure_value,
        cast(forecasts.cutoffs as double) as base_value,
        standings.lowest_bias as lower_value,
        standings.highest_bias as upper_value,
        'fct_backtest_standings' as source_mart,
        'from marts.fct_backtest_standings where measure = ''money'' and challenger = '''
        || forecasts.challenger || '''' as source_query
    from forecasts
    left join standings
        on
            forecasts.measure = standings.measure
            and forecasts.challenger = standings.challenger
    where forecasts.measure = 'money'

    union all

    -- why there is no forecast is what there is to say about the future then
    select
        'no_forecast' as topic,
        max(status_reason) as subject,
        cast(null as {{ dbt.type_string() }}) as detail,
        cast(null as date) as base_date,
        count(*) as customers,
        cast(null as bigint) as base_customers,
        cast(null as double) as measure_value,
        cast(null as double) as base_value,
        cast(null as double) as lower_value,
        cast(null as double) as upper_value,
        'fct_clv_models' as source_mart,
        'select model, status, status_reason from marts.fct_clv_models' as source_query
    from predictions
    having count(*) > 0 and count(expected_orders_26w) = 0

)

select * from told
