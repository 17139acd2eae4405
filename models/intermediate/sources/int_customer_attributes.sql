select
    cast(null as string) as customer_attribute_key,
    cast(null as string) as customer_id,
    cast(null as string) as attribute,
    cast(null as string) as text_value,
    cast(null as double) as number_value,
    cast(null as boolean) as is_number
where false
