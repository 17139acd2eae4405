with

customer_days as (

    select * from {{ ref('int_customer_days') }}

),

customers as (

    select * from {{ ref('int_customer_numbers') }}

),

snapshots as (

    select * from {{ ref('int_snapshots') }}

),

summed as (

    select
        customers.customer_number,
        snapshots.snapshot_number,
        sum(customer_days.order_count) as order_count,
        sum(customer_days.monetary_value) as monetary_value,
        min(customer_days.order_date) filter (where customer_days.order_count > 0) as first_order_date,
        max(customer_days.order_date) filter (where customer_days.order_count > 0) as last_order_date

    from customer_days
    inner join customers
        on customer_days.customer_id = customers.customer_id
    inner join snapshots
        on cast({{ dbt.date_trunc('month', 'customer_days.order_date') }} as date) = snapshots.month_start_date
    group by customers.customer_number, snapshots.snapshot_number

),

accumulated as (

    select
        customer_number,
        snapshot_number as first_snapshot_number,
        lead(snapshot_number) over so_far as next_snapshot_number,
        cast(sum(order_count) over so_far as bigint) as order_count,
        cast(sum(monetary_value) over so_far as decimal(18, 4)) as monetary_value,
        min(first_order_date) over so_far as first_order_date,
        max(last_order_date) over so_far as last_order_date

    from summed
    window so_far as (partition by customer_number order by snapshot_number)

)

select * from accumulated
