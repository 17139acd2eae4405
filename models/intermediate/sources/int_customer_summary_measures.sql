with

customer_summaries as (

    select *
    from {{ ref('int_customer_summaries_checked') }}
    where row_problem is null

),

summary_values as (

    select *
    from {{ ref('stg_shop__customer_summary_values') }}
    where value_kind <> 'attribute' and number_value is not null

),

measured as (

    select
        {{ combined_key(['customer_summaries.customer_id', 'summary_values.value_kind', 'summary_values.member']) }}
            as customer_summary_measure_key,
        customer_summaries.customer_id,
        summary_values.value_kind as measure_kind,
        summary_values.member,
        cast(summary_values.number_value as decimal(18, 4)) as measure_value

    from customer_summaries
    inner join summary_values
        on customer_summaries.raw_row_number = summary_values.raw_row_number

)

select * from measured
