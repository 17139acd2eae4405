with

customers as (

    select * from {{ ref('int_customer_summaries_checked') }}
    where row_problem is null

),

summed as (

    select
        customer_id,
        sum(measure_value) filter (where measure_kind = 'spend') as total_spend,
        sum(measure_value) filter (where measure_kind = 'purchases') as purchase_count,
        sum(measure_value) filter (where measure_kind = 'response') as response_count

    from {{ ref('int_customer_summary_measures') }}
    group by customer_id

),

final as (

    select
        customers.customer_id,
        customers.joined_date,
        customers.recency_days,
        customers.web_visit_count,
        customers.has_complained,
        cast(summed.total_spend as decimal(18, 4)) as total_spend,
        cast(summed.purchase_count as bigint) as purchase_count,
        cast(summed.response_count as bigint) as response_count

    from customers
    left join summed
        on customers.customer_id = summed.customer_id

)

select * from final
