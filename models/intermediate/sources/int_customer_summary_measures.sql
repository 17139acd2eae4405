select
    cast(null as string) as customer_summary_measure_key,
    cast(null as string) as customer_id,
    cast(null as string) as measure_kind,
    cast(null as string) as member,
    cast(null as decimal(18,4)) as measure_value
where false
