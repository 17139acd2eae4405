with

stub as (

    select
        cast(null as {{ dbt.type_string() }}) as customer_attribute_key,
        cast(null as {{ dbt.type_string() }}) as customer_id,
        cast(null as {{ dbt.type_string() }}) as attribute,
        cast(null as {{ dbt.type_string() }}) as text_value,
        cast(null as double) as number_value,
        cast(null as boolean) as is_number

    where false

)

select * from stub
