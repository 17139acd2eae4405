{%- set grain = var('cohort_grain') -%}
with

-- calendar periods of the cohort grain, numbered, so that the distance of two periods is a difference of numbers
periods as (

    select
        cast({{ dbt.date_trunc(grain, 'date_day') }} as date) as period_start_date,
        cast({{ dbt.dateadd(grain, 1, dbt.date_trunc(grain, 'date_day')) }} as date) as next_period_start_date,
        row_number() over (order by cast({{ dbt.date_trunc(grain, 'date_day') }} as date)) as period_index

    from {{ ref('dim_dates') }}
    where date_day <= {{ as_of_date() }}
    group by
        cast({{ dbt.date_trunc(grain, 'date_day') }} as date),
        cast({{ dbt.dateadd(grain, 1, dbt.date_trunc(grain, 'date_day')) }} as date)

),

customers as (

    select
        customer_id,
        cast({{ dbt.date_trunc(grain, 'first_order_date') }} as date) as cohort_start_date

    from {{ ref('int_orders_aggregated_to_customer') }}
    where order_count > 0

),

cohorts as (

    select
        customers.cohort_start_date,
        periods.period_index as cohort_index,
        count(*) as cohort_size

    from customers
    inner join periods
        on customers.cohort_start_date = periods.period_start_date
    group by customers.cohort_start_date, periods.period_index

),

active as (

    select
        customers.cohort_start_date,
        periods.period_index,
        count(distinct customers.customer_id) as active_customers

    from {{ ref('int_customer_days') }} as customer_days
    inner join customers
        on customer_days.customer_id = customers.customer_id
    inner join periods
        on cast({{ dbt.date_trunc(grain, 'customer_days.order_date') }} as date) = periods.period_start_date
    where customer_days.order_count > 0
    group by customers.cohort_start_date, periods.period_index

),

-- the whole matrix: every cohort has every period number, elapsed or not
matrix as (

    select
        cohorts.cohort_start_date,
        cohorts.cohort_size,
        periods.period_index - 1 as period_number,
        cohorts.cohort_index + periods.period_index - 1 as calendar_index

    from cohorts
    cross join periods

),

final as (

    select
        {{ combined_key(['matrix.cohort_start_date', 'matrix.period_number']) }} as cohort_period_key,
        matrix.cohort_start_date,
        matrix.period_number,
        matrix.cohort_size,
        periods.period_start_date,
        periods.period_start_date is not null as is_elapsed,
        coalesce(
            {{ dbt.datediff(as_of_date(), 'periods.next_period_start_date', 'day') }} > 1,
            false
        ) as is_partial_period,
        case
            when periods.period_start_date is not null then coalesce(active.active_customers, 0)
        end as active_customers,
        case
            when periods.period_start_date is not null
                then cast(coalesce(active.active_customers, 0) as double) / matrix.cohort_size
        end as retention_rate

    from matrix
    left join periods
        on matrix.calendar_index = periods.period_index
    left join active
        on
            matrix.cohort_start_date = active.cohort_start_date
            and matrix.calendar_index = active.period_index

)

select * from final
