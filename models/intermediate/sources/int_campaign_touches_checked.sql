select
    cast(null as bigint) as raw_row_number,
    cast(null as string) as customer_id,
    cast(null as string) as campaign,
    cast(null as string) as channel,
    cast(null as timestamp) as sent_at,
    cast(null as date) as sent_date,
    cast(null as boolean) as has_responded,
    cast(null as string) as row_problem
where false
