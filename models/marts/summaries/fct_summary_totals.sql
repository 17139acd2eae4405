with

summed as (

    select
        measure_kind,
        member,
        count(*) as customers,
        count(*) filter (where measure_value <> 0) as customers_with_any,
        cast(sum(measure_value) as decimal(18, 4)) as total_value

    from {{ ref('int_customer_summary_measures') }}
    where measure_value is not null
    group by measure_kind, member

),

final as (

    select
        {{ combined_key(['measure_kind', 'member']) }} as summary_total_key,
        measure_kind,
        member,
        total_value,
        cast(total_value as double)
        / nullif(cast(sum(total_value) over (partition by measure_kind) as double), 0) as share_of_kind,
        rank() over (partition by measure_kind order by total_value desc nulls last) as total_value_rank,
        customers,
        customers_with_any,
        cast(total_value as double) / nullif(customers, 0) as mean_value_per_customer

    from summed

)

select * from final
