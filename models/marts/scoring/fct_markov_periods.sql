with

periods as (

    select * from {{ ref('int_markov_periods') }}

),

segments as (

    select * from {{ ref('fct_markov_segments') }}

),

summed as (

    select
        period_number,
        max(period_end_date) as period_end_date,
        sum(customers) as customers,
        sum(monetary_value) as monetary_value

    from segments
    group by period_number

),

discounted as (

    select
        periods.*,
        summed.period_end_date,
        summed.customers,
        summed.monetary_value,
        cast(cast(summed.monetary_value as double) * periods.discount_factor as decimal(18, 4))
            as discounted_monetary_value

    from periods
    left join summed
        on periods.period_number = summed.period_number

),

cumulated as (

    select
        *,
        sum(discounted_monetary_value) over so_far as cumulative_discounted_monetary_value,
        sum(case when period_number = 0 then 0 else discounted_monetary_value end) over so_far as database_value

    from discounted
    window so_far as (order by period_number)

),

final as (

    select
        period_number,
        period_end_date,
        cast(customers as decimal(18, 8)) as customers,
        cast(new_customers as decimal(18, 8)) as new_customers,
        cast(monetary_value as decimal(18, 4)) as monetary_value,
        discount_factor,
        discounted_monetary_value,
        cast(
            case when status <> 'fallback' then cumulative_discounted_monetary_value end as decimal(18, 4)
        ) as cumulative_discounted_monetary_value,
        cast(case when status <> 'fallback' then database_value end as decimal(18, 4)) as database_value,
        status,
        status_reason

    from cumulated

)

select * from final
