with

cutoffs as (

    select * from {{ ref('int_backtest_cutoffs') }}
    where status = 'ok'

),

purchase_days as (

    select * from {{ ref('int_purchase_days') }}

),

-- one table for the cut-offs and for the earlier days that challengers learn from: often they are the same
history_dates as (

    select
        cutoff_date as history_date,
        horizon_end_date
    from cutoffs

    union

    select
        training_date as history_date,
        cutoff_date as horizon_end_date
    from cutoffs
    where training_date is not null

),

-- in the order of their coming, so that who comes later changes nothing in a sample of those before
customers as (

    select
        customer_id,
        first_purchase_date,
        row_number() over (order by first_purchase_date, customer_id) as customer_number

    from purchase_days
    where order_date = first_purchase_date

),

counted as (

    select
        history_dates.history_date,
        history_dates.horizon_end_date,
        cast(ceil(count(*) / cast({{ var('backtest_max_customers') }} as double)) as bigint) as sampling_step

    from history_dates
    inner join customers on history_dates.history_date >= customers.first_purchase_date
    group by history_dates.history_date, history_dates.horizon_end_date

),

sampled as (

    select
        counted.history_date,
        counted.horizon_end_date,
        customers.customer_id

    from counted
    inner join customers
        on
            counted.history_date >= customers.first_purchase_date
            and (customers.customer_number - 1) % counted.sampling_step = 0

),

final as (

    select
        sampled.history_date,
        sampled.customer_id,
        purchase_days.first_purchase_date,
        purchase_days.order_date,
        purchase_days.monetary_value,
        purchase_days.order_date > sampled.history_date as is_later

    from sampled
    inner join purchase_days
        on
            sampled.customer_id = purchase_days.customer_id
            and sampled.horizon_end_date >= purchase_days.order_date

)

select * from final
