{%- set topics = [
    ('expected_revenue', 'money', 'bring ', '', money_as_text),
    ('expected_orders', 'orders', 'place ', ' orders', number_as_text),
] -%}
with

forecasts as (

    select * from {{ ref('fct_forecast_totals') }}

),

predictions as (

    select * from {{ ref('fct_customer_lifetime_value') }}

),

told as (

    {% for topic, measure, verb, unit, as_text in topics -%}
    select
        '{{ topic }}' as topic,
        cast(null as {{ dbt.type_string() }}) as subject,
        customers,
        forecast_total as measure_value,
        cast(cutoffs as double) as base_value,
        lower_total as lower_value,
        upper_total as upper_value,
        'Known customers are expected to {{ verb }}' || {{ as_text('forecast_total') }}
        || '{{ unit }} in the next half year'
        || case
            when lower_total is null then ''
            else
                '; between ' || {{ as_text('lower_total') }} || ' and ' || {{ as_text('upper_total') }}
                || ' if the forecast is as far off as past ones were'
        end as sentence,
        'fct_forecast_totals' as source_mart,
        'from marts.fct_forecast_totals where measure = ''{{ measure }}''' as source_query
    from forecasts
    where measure = '{{ measure }}'

    union all

    {% endfor -%}
    -- why there is no forecast is what there is to say about the future then
    select
        'no_forecast' as topic,
        max(status_reason) as subject,
        count(*) as customers,
        cast(null as double) as measure_value,
        cast(null as double) as base_value,
        cast(null as double) as lower_value,
        cast(null as double) as upper_value,
        'There is no forecast: ' || coalesce(max(status_reason), 'nobody has ordered twice') as sentence,
        'fct_clv_models' as source_mart,
        'select model, status, status_reason from marts.fct_clv_models' as source_query
    from predictions
    having count(*) > 0 and count(expected_orders_26w) = 0

),

final as (

    select
        *,
        cast(null as date) as base_date,
        cast(null as bigint) as base_customers

    from told

)

select * from final
