with

customer_days as (

    select * from {{ ref('int_customer_days') }}

),

-- a number sorts and joins faster than a text, and in the same order
customers as (

    select
        customer_id,
        cast(row_number() over (order by customer_id) as int) as customer_number

    from {{ ref('int_orders_aggregated_to_customer') }}
    where order_count > 0

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

-- what was known of a customer stays as it is until the next month with an order or a return
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

),

repeated as (

    select
        snapshots.snapshot_number,
        accumulated.customer_number,
        accumulated.order_count,
        accumulated.monetary_value,
        accumulated.first_order_date,
        accumulated.last_order_date

    from accumulated
    inner join snapshots
        on
            accumulated.first_snapshot_number <= snapshots.snapshot_number
            and coalesce(accumulated.next_snapshot_number > snapshots.snapshot_number, true)
    where accumulated.order_count > 0

),

-- ranked while the rows are narrow: texts and dates that come later would be sorted too
ranked as (

    select
        *,
        row_number() over (partition by snapshot_number order by order_count, customer_number) as order_count_rank

    from repeated

),

aged as (

    select
        customers.customer_id,
        snapshots.snapshot_number,
        snapshots.snapshot_date,
        snapshots.is_latest_snapshot,
        {{ dbt.datediff('ranked.last_order_date', 'snapshots.snapshot_date', 'day') }} + 1 as recency_days,
        {{ dbt.datediff('ranked.first_order_date', 'snapshots.snapshot_date', 'day') }} + 1 as first_order_age_days,
        ranked.order_count,
        ranked.monetary_value,
        cast(ranked.monetary_value as double) / ranked.order_count as mean_order_value,
        ranked.order_count_rank

    from ranked
    inner join snapshots
        on ranked.snapshot_number = snapshots.snapshot_number
    inner join customers
        on ranked.customer_number = customers.customer_number

)

select * from aged
