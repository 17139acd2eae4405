{%- set grain = var('cohort_grain') -%}
with

customer_days as (

    select
        *,
        cast({{ dbt.date_trunc(grain, 'order_date') }} as date) as period_start_date

    from {{ ref('int_customer_days') }}

),

cohorts as (

    select * from {{ ref('int_customer_cohorts') }}

),

periods as (

    select *
    from {{ ref('int_periods') }}
    where period_grain = {{ sql_text(grain) }}

),

summed as (

    select
        customer_id,
        period_start_date,
        cast(sum(order_count) as bigint) as order_count,
        sum(gross_revenue) as gross_revenue,
        sum(discount_amount) as discount_amount,
        sum(returns_amount) as returns_amount,
        sum(net_revenue) as net_revenue,
        sum(margin_amount) as margin_amount

    from customer_days
    group by customer_id, period_start_date

),

numbered as (

    select
        {{ combined_key(['summed.customer_id', 'summed.period_start_date']) }} as customer_period_key,
        summed.*,
        cohorts.cohort_start_date,
        periods.period_index - cohorts.cohort_index as period_number

    from summed
    left join periods
        on summed.period_start_date = periods.period_start_date
    left join cohorts
        on summed.customer_id = cohorts.customer_id

)

select * from numbered
