{#- No paths: a mart leaves the machine. -#}
{%- set settings = [
    'reporting_currency', 'lapse_days', 'cohort_grain', 'rfm_bins', 'monetary_basis', 'outlier_policy', 'duplicate_policy',
    'cancellation_policy', 'clv_interval_level', 'clv_annual_discount_rate', 'backtest_horizon_days', 'backtest_bias_band',
    'plan_horizon_days', 'holdout_share', 'report_top_customers',
] -%}
with

as_of_dates as (

    select * from {{ ref('int_as_of_date') }}

),

final as (

    select
        'as_of_date' as setting,
        coalesce('"' || cast(as_of_date as {{ dbt.type_string() }}) || '"', 'null') as setting_json

    from as_of_dates
    {% for setting in settings -%}
    union all
    select
        '{{ setting }}' as setting,
        {{ sql_text(tojson(var(setting))) }} as setting_json
    {% endfor %}

)

select * from final
