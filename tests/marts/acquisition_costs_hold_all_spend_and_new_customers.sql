-- Where there is spend, the channel 'all' holds that in the months of the data, and all channels every buying customer.
with

spend as (

    select coalesce(sum(amount), 0) as spend_amount

    from {{ ref('int_marketing_spend_checked') }}
    where
        row_problem is null
        and spent_date <= {{ as_of_date() }}
        and month_start_date in (
            select months.period_start_date
            from {{ ref('int_periods') }} as months
            where months.period_grain = 'month'
        )

),

customers as (

    select count(*) as new_customers

    from {{ ref('dim_customers') }}
    where order_count > 0

),

costs as (

    select
        channel = 'all' as is_total,
        coalesce(sum(spend_amount), 0) as spend_amount,
        sum(new_customers) as new_customers

    from {{ ref('fct_acquisition_costs') }}
    group by channel = 'all'

)

select
    costs.*,
    spend.spend_amount as source_spend_amount,
    customers.new_customers as buying_customers

from costs
cross join spend
cross join customers
where
    costs.new_customers is distinct from customers.new_customers
    or (costs.is_total and costs.spend_amount is distinct from spend.spend_amount)
