with

predictions as (

    select * from {{ ref('fct_customer_lifetime_value') }}

),

decisions as (

    select * from {{ ref('fct_customer_actions') }}

),

segments as (

    select * from {{ ref('fct_customer_rfm') }}

),

valued as (

    select
        count(*) filter (where decisions.risk_band = 'high') as customers,
        count(*) as base_customers,
        sum(cast(predictions.clv_6m as decimal(38, 9))) filter (where decisions.risk_band = 'high') as clv_6m,
        sum(segments.monetary_value) filter (where decisions.risk_band = 'high') as monetary_value

    from decisions
    inner join segments
        on decisions.customer_id = segments.customer_id
    inner join predictions
        on decisions.customer_id = predictions.customer_id
    where decisions.value_tier = 'A' and predictions.clv_6m is not null

),

told as (

    select
        'valued_at_risk' as topic,
        cast(null as {{ dbt.type_string() }}) as subject,
        cast(null as date) as base_date,
        customers,
        base_customers,
        cast(clv_6m as double) as measure_value,
        cast(monetary_value as double) as base_value,
        cast(null as double) as lower_value,
        cast(null as double) as upper_value,
        {{ number_as_text('customers') }} || ' of ' || {{ number_as_text('base_customers') }}
        || ' customers of value tier A are unlikely to order in the next half year: they have brought '
        || {{ money_as_text('monetary_value') }} || ' so far, and are expected to bring '
        || {{ money_as_text('clv_6m') }} as sentence,
        'fct_customer_actions' as source_mart,
        'from marts.fct_customer_actions where value_tier = ''A'' and risk_band = ''high''' as source_query
    from valued
    where customers > 0

)

select * from told
