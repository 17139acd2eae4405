with

accumulated as (

    select * from {{ ref('int_customer_totals') }}

),

customers as (

    select * from {{ ref('int_customer_numbers') }}

),

snapshots as (

    select * from {{ ref('int_snapshots') }}

),

-- what was known of a customer stays as it is until the next month with an order or a return
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
