with

predicted as (

    select *
    from {{ ref('int_markov_segments') }}
    where markov_run = 'backtest' and period_number = 1

),

horizons as (

    select *
    from {{ ref('int_markov_horizons') }}
    where markov_run = 'forecast'

),

transitions as (

    select *
    from {{ ref('int_segment_transitions') }}
    where
        segmentation = 'managerial'
        and migration_months = {{ var('markov_period_months') }}
        and start_segment <> 'not_yet_a_customer'

),

united as (

    select
        segment,
        customers as predicted_customers,
        0 as actual_customers,
        monetary_value as predicted_monetary_value,
        0 as actual_monetary_value

    from predicted

    union all

    select
        transitions.end_segment as segment,
        0 as predicted_customers,
        transitions.customers as actual_customers,
        0 as predicted_monetary_value,
        transitions.monetary_value as actual_monetary_value

    from transitions
    inner join horizons
        on transitions.end_date = horizons.from_date

),

-- where nothing was predicted there is nothing to compare
compared as (

    select
        segment,
        sum(predicted_customers) as predicted_customers,
        sum(actual_customers) as actual_customers,
        sum(predicted_monetary_value) as predicted_monetary_value,
        sum(actual_monetary_value) as actual_monetary_value

    from united
    where (select count(*) from predicted) > 0
    group by segment

)

select * from compared
