with

given as (

    select
        customers.customer_id,
        customer_values.member as attribute,
        customer_values.text_value,
        customer_values.number_value,
        1 as source_rank

    from {{ ref('int_customers_checked') }} as customers
    inner join {{ ref('stg_shop__customer_values') }} as customer_values
        on customers.raw_row_number = customer_values.raw_row_number
    where customers.row_problem is null and customer_values.text_value is not null

    union all

    select
        customer_summaries.customer_id,
        summary_values.member as attribute,
        summary_values.text_value,
        summary_values.number_value,
        2 as source_rank

    from {{ ref('int_customer_summaries_checked') }} as customer_summaries
    inner join {{ ref('stg_shop__customer_summary_values') }} as summary_values
        on customer_summaries.raw_row_number = summary_values.raw_row_number
    where
        customer_summaries.row_problem is null
        and summary_values.value_kind = 'attribute'
        and summary_values.text_value is not null

),

-- where both sources have a customer's attribute, customers is right
ranked as (

    select
        *,
        row_number() over (partition by customer_id, attribute order by source_rank) as given_number

    from given

),

typed as (

    select
        {{ combined_key(['customer_id', 'attribute']) }} as customer_attribute_key,
        customer_id,
        attribute,
        text_value,
        number_value,
        count(number_value) over (partition by attribute) = count(*) over (partition by attribute) as is_number

    from ranked
    where given_number = 1

),

final as (

    select
        customer_attribute_key,
        customer_id,
        attribute,
        text_value,
        case when is_number then cast(number_value as double) end as number_value,
        is_number

    from typed

)

select * from final
