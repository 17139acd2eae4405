with

valued as (

    select * from {{ ref('int_what_if_valued') }}

),

bounded as (

    select * from {{ ref('int_what_if_bounded') }}

),

inputs as (

    select
        *,
        coalesce(status, 'fallback') = 'fallback' as is_fallback

    from {{ ref('int_clv_parameters') }}

),

previous as (

    select cast(sum(monetary_value) as decimal(18, 4)) as revenue_previous_12m

    from {{ ref('int_customer_days') }}
    where
        {{ is_purchase_day() }}
        and order_date > {{ dbt.dateadd('month', -12, as_of_date()) }}

),

reasons as (

    select
        valued.scenario_key,
        case
            when valued.acquisition_days < 365
                then
                    ' New customers: a year of them is ' || {{ number_as_text('valued.acquisition_days') }}
                    || ' days of them, in proportion.'
            else ''
        end || case
            when bounded.cutoffs > 0 then ''
            else ' Bounds: there is too little history for a backtest, so that totals have none.'
        end as own_reason

    from valued
    inner join bounded on valued.scenario_key = bounded.scenario_key

),

final as (

    select
        valued.scenario_key,
        valued.retention_change,
        valued.frequency_change,
        valued.order_value_change,
        valued.acquisition_change,
        cast(valued.changed_levers as bigint) as changed_levers,
        valued.changed_levers = 0 as is_base,
        valued.is_asked,
        valued.mean_leaving_probability,
        valued.new_customers_12m,
        valued.orders_existing_12m + valued.orders_new_12m as expected_orders_12m,
        valued.revenue_existing as revenue_existing_12m,
        valued.revenue_new as revenue_new_12m,
        valued.revenue_12m,
        {{ clamped_bounds('revenue_12m', 'decimal(18, 4)') }},
        case when valued.acquisition_days >= 365 then previous.revenue_previous_12m end as revenue_previous_12m,
        cast(valued.clv_existing_12m as decimal(18, 4)) as clv_existing_12m,
        valued.customer_equity_existing,
        valued.customer_equity_new,
        valued.customer_equity,
        {{ clamped_bounds('customer_equity', 'decimal(18, 4)') }},
        {% for measure in ['revenue_12m', 'customer_equity'] -%}
        valued.{{ measure }}_change,
        {{ clamped_bounds(measure ~ '_change', 'decimal(18, 4)') }},
        valued.{{ measure }}_change_share,
        {{ clamped_bounds(measure ~ '_change_share', 'double') }},
        {% endfor -%}
        valued.margin_rate,
        valued.margin_rate_source,
        cast({{ var('what_if_equity_years') }} as bigint) as equity_years,
        inputs.annual_discount_rate,
        case
            when inputs.is_fallback then 'fallback'
            when inputs.status = 'warn' or reasons.own_reason <> '' then 'warn'
            else 'ok'
        end as status,
        nullif(
            trim(
                coalesce(inputs.status_reason, '')
                || case when inputs.is_fallback then '' else reasons.own_reason end
            ), ''
        ) as status_reason,
        inputs.model,
        inputs.as_of_date

    from valued
    inner join bounded on valued.scenario_key = bounded.scenario_key
    inner join reasons on valued.scenario_key = reasons.scenario_key
    cross join inputs
    cross join previous

)

select * from final
