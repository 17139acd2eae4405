{%- set amounts = ['gross_revenue', 'discount_amount', 'returns_amount', 'net_revenue'] -%}
with

periods as (

    select *
    from {{ ref('int_periods') }}
    where period_grain = {{ sql_text(var('cohort_grain')) }}

),

customer_periods as (

    select * from {{ ref('int_customer_periods') }}

),

cohorts as (

    select
        cohort_start_date,
        cohort_index,
        count(*) as cohort_size

    from {{ ref('int_customer_cohorts') }}
    group by cohort_start_date, cohort_index

),

-- the whole matrix: every cohort has every period number from 0; one that has not begun has no calendar period
matrix as (

    select
        cohorts.cohort_start_date,
        cohorts.cohort_size,
        numbers.period_index - 1 as period_number,
        periods.period_start_date,
        periods.period_start_date is not null as is_elapsed,
        coalesce(periods.is_partial_period, false) as is_partial_period

    from cohorts
    cross join periods as numbers
    left join periods
        on cohorts.cohort_index + numbers.period_index - 1 = periods.period_index

),

summed as (

    select
        cohort_start_date,
        period_number,
        count(*) filter (where order_count > 0) as active_customers,
        cast(sum(order_count) as bigint) as order_count,
        {% for amount in amounts -%}
        sum({{ amount }}) as {{ amount }},
        {% endfor -%}
        sum(margin_amount) as margin_amount

    from customer_periods
    group by cohort_start_date, period_number

),

-- margins are known for all orders or for none, so that one margin tells whether a period without orders has margin 0
known as (

    select count(margin_amount) > 0 as has_margins
    from summed

),

filled as (

    select
        {{ combined_key(['matrix.cohort_start_date', 'matrix.period_number']) }} as cohort_period_key,
        matrix.*,
        case when matrix.is_elapsed then coalesce(summed.active_customers, 0) end as active_customers,
        case when matrix.is_elapsed then coalesce(summed.order_count, 0) end as order_count,
        {% for amount in amounts -%}
        case when matrix.is_elapsed then coalesce(summed.{{ amount }}, 0) end as {{ amount }},
        {% endfor -%}
        case when matrix.is_elapsed and known.has_margins then coalesce(summed.margin_amount, 0) end as margin_amount

    from matrix
    cross join known
    left join summed
        on
            matrix.cohort_start_date = summed.cohort_start_date
            and matrix.period_number = summed.period_number

)

select * from filled
