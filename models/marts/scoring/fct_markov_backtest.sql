with

customers as (

    select *
    from {{ ref('int_markov_customers') }}
    where markov_run = 'backtest' and period_number = 1

),

horizons as (

    select * from {{ ref('int_markov_horizons') }}

),

segments as (

    select *
    from {{ ref('fct_segment_revenue') }}
    where
        segmentation = 'managerial'
        and migration_months = {{ var('markov_period_months') }}
        and segment_timing = 'end'

),

transitions as (

    select *
    from {{ ref('int_segment_transitions') }}
    where
        segmentation = 'managerial'
        and migration_months = {{ var('markov_period_months') }}
        and start_segment <> 'not_yet_a_customer'

),

predicted as (

    select
        customers.segment,
        customers.customers as predicted_customers,
        cast(cast(customers.customers as double) * segments.monetary_value_per_customer as decimal(18, 4))
            as predicted_monetary_value

    from customers
    inner join horizons
        on customers.markov_run = horizons.markov_run
    inner join segments
        on
            horizons.from_date = segments.end_date
            and customers.segment = segments.segment

),

actual as (

    select
        transitions.end_segment as segment,
        sum(transitions.customers) as actual_customers,
        sum(transitions.monetary_value) as actual_monetary_value

    from transitions
    inner join horizons
        on transitions.end_date = horizons.from_date
    where horizons.markov_run = 'forecast'
    group by transitions.end_segment

),

compared as (

    select
        coalesce(predicted.segment, actual.segment) as segment,
        coalesce(predicted.predicted_customers, 0) as predicted_customers,
        coalesce(actual.actual_customers, 0) as actual_customers,
        coalesce(predicted.predicted_monetary_value, 0) as predicted_monetary_value,
        coalesce(actual.actual_monetary_value, 0) as actual_monetary_value

    from predicted
    full join actual
        on predicted.segment = actual.segment
    where exists (select 1 from predicted)

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
        last_period.from_date as period_end_date,
        cast(totalled.predicted_customers as decimal(18, 8)) as predicted_customers,
        cast(totalled.actual_customers as bigint) as actual_customers,
        cast(totalled.predicted_monetary_value as decimal(18, 4)) as predicted_monetary_value,
        cast(totalled.actual_monetary_value as decimal(18, 4)) as actual_monetary_value,
        {{ ratio('totalled.predicted_monetary_value', 'totalled.actual_monetary_value') }} as predicted_to_actual,
        case when totalled.predicted_customers is null then 'fallback' else 'ok' end as status,
        case
            when totalled.predicted_customers is null
                then 'There are no two full periods of {{ var("markov_period_months") }} months with customers to migrate.'
        end as status_reason

    from totalled
    left join horizons as last_period
        on last_period.markov_run = 'forecast'

)

select * from final
