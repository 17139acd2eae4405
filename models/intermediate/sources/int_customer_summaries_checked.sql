select
    cast(null as bigint) as raw_row_number,
    cast(null as string) as customer_id,
    cast(null as date) as joined_date,
    cast(null as int) as recency_days,
    cast(null as int) as web_visit_count,
    cast(null as boolean) as has_complained,
    cast(null as string) as row_problem
where false
