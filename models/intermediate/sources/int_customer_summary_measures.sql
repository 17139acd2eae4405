with

stub as (

    select
        cast(null as {{ dbt.type_string() }}) as customer_summary_measure_key,
        cast(null as {{ dbt.type_string() }}) as customer_id,
        cast(null as {{ dbt.type_string() }}) as measure_kind,
        cast(null as {{ dbt.type_string() }}) as member,
        cast(null as decimal(18, 4)) as measure_value

    where false

)

select * from stub
