with

customers as (

    select *
    from {{ ref('int_markov_customers') }}
    where markov_run = 'forecast'

),

horizons as (

    select *
    from {{ ref('int_markov_horizons') }}
    where markov_run = 'forecast'

),

migrations as (

    select *
    from {{ ref('int_markov_migrations') }}
    where markov_run = 'forecast' and is_assumed

),

segments as (

    select *
    from {{ ref('fct_segment_revenue') }}
    where
        segmentation = 'managerial'
        and migration_months = {{ var('markov_period_months') }}
        and segment_timing = 'end'

),

final as (

    select
        {{ combined_key(['customers.period_number', 'customers.segment']) }} as period_segment_key,
        customers.period_number,
        cast(
            {{ dbt.last_day(
                dbt.dateadd('month', 'customers.period_number * ' ~ var('markov_period_months'), 'horizons.from_date'), 'month'
            ) }} as date
        ) as period_end_date,
        customers.segment,
        customers.customers,
        segments.monetary_value_per_customer,
        cast(cast(customers.customers as double) * segments.monetary_value_per_customer as decimal(18, 4))
            as monetary_value,
        migrations.start_segment is not null as is_assumed_to_stay

    from customers
    inner join horizons
        on customers.markov_run = horizons.markov_run
    left join segments
        on
            horizons.from_date = segments.end_date
            and customers.segment = segments.segment
    left join migrations
        on customers.segment = migrations.start_segment

)

select * from final
