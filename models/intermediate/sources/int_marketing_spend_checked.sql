with

final as (

    select
        cast(null as bigint) as raw_row_number,
        cast(null as date) as spent_date,
        cast(null as date) as month_start_date,
        cast(null as {{ dbt.type_string() }}) as channel,
        cast(null as decimal(18, 4)) as amount,
        cast(null as {{ dbt.type_string() }}) as row_problem

    from {{ ref('int_as_of_date') }}
    where 1 = 0

)

select * from final
