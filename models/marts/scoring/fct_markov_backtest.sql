with

compared as (

    select * from {{ ref('int_markov_outcomes') }}

),

horizons as (

    select *
    from {{ ref('int_markov_horizons') }}
    where markov_run = 'forecast'

),

totalled as (

    select * from compared

    union all

    select
        'all' as segment,
        sum(predicted_customers) as predicted_customers,
        sum(actual_customers) as actual_customers,
        sum(predicted_monetary_value) as predicted_monetary_value,
        sum(actual_monetary_value) as actual_monetary_value

    from compared

),

final as (

    select
        totalled.segment,
        horizons.from_date as period_end_date,
        cast(totalled.predicted_customers as decimal(18, 8)) as predicted_customers,
        cast(totalled.actual_customers as bigint) as actual_customers,
        cast(totalled.predicted_monetary_value as decimal(18, 4)) as predicted_monetary_value,
        cast(totalled.actual_monetary_value as decimal(18, 4)) as actual_monetary_value,
        {{ ratio('totalled.predicted_monetary_value', 'totalled.actual_monetary_value') }} as predicted_to_actual,
        case when totalled.predicted_customers is null then 'fallback' else 'ok' end as status,
        case
            when totalled.predicted_customers is null
                then 'There are no two full periods of {{ var("markov_period_months") }} months to judge by.'
        end as status_reason

    from totalled
    cross join horizons

)

select * from final
