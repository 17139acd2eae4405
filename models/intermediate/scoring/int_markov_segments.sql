{%- set months = 'customers.period_number * ' ~ var('markov_period_months') -%}
{%- set some_day = dbt.dateadd('month', months, 'horizons.from_date') -%}
with

customers as (

    select * from {{ ref('int_markov_customers') }}

),

horizons as (

    select * from {{ ref('int_markov_horizons') }}

),

assumptions as (

    select *
    from {{ ref('int_markov_migrations') }}
    where is_assumed

),

segments as (

    select *
    from {{ ref('fct_segment_revenue') }}
    where
        segmentation = 'managerial'
        and migration_months = {{ var('markov_period_months') }}
        and segment_timing = 'end'

),

-- every segment that can be reached has customers on the day of the run
valued as (

    select
        customers.markov_customers_key,
        customers.markov_run,
        customers.period_number,
        cast({{ dbt.last_day(some_day, 'month') }} as date) as period_end_date,
        customers.segment,
        customers.customers,
        segments.monetary_value_per_customer,
        cast(cast(customers.customers as double) * segments.monetary_value_per_customer as decimal(18, 4))
            as monetary_value,
        assumptions.start_segment is not null as is_assumed_to_stay

    from customers
    inner join horizons
        on customers.markov_run = horizons.markov_run
    left join segments
        on
            horizons.from_date = segments.end_date
            and customers.segment = segments.segment
    left join assumptions
        on
            customers.markov_run = assumptions.markov_run
            and customers.segment = assumptions.start_segment

)

select * from valued
