select
    cast(null as bigint) as raw_row_number,
    cast(null as string) as session_id,
    cast(null as string) as visitor_id,
    cast(null as string) as customer_id,
    cast(null as timestamp) as started_at,
    cast(null as date) as session_date,
    cast(null as string) as channel,
    cast(null as string) as row_problem
where false
