{%- set compared_columns = [
    'joined_date', 'recency_days', 'web_visit_count', 'has_complained', 'birth_year', 'income', 'other_values',
] -%}
with

customer_summaries as (

    select * from {{ ref('stg_shop__customer_summaries') }}

),

-- the last one by alphabet, so that a value that is no number comes before one below 0
value_problems as (

    select
        raw_row_number,
        max(case
            when number_value is null then 'unparseable_' || value_kind
            when number_value < 0 then 'negative_' || value_kind
        end) as value_problem

    from {{ ref('stg_shop__customer_summary_values') }}
    where value_kind <> 'attribute' and text_value is not null
    group by raw_row_number

),

inspected as (

    select
        customer_summaries.*,
        case
            {{ source_row_problems('customer_summaries') }}
            when value_problems.value_problem is not null then value_problems.value_problem
            when customer_summaries.recency_days < 0 then 'negative_recency_days'
            when customer_summaries.web_visit_count < 0 then 'negative_web_visit_count'
            when customer_summaries.income < 0 then 'negative_income'
        end as own_problem

    from customer_summaries
    left join value_problems
        on customer_summaries.raw_row_number = value_problems.raw_row_number

),

counted as (

    select
        *,
        {{ copy_number(['customer_id'] + compared_columns) }} as copy_number,
        {{ copy_number(['customer_id']) }} as customer_row_number,
        {{ copy_number(compared_columns) }} as twin_number

    from inspected

),

checked as (

    select
        raw_row_number,
        customer_id,
        joined_date,
        recency_days,
        web_visit_count,
        has_complained,
        case
            when own_problem is not null then own_problem
            when copy_number > 1 then 'duplicate'
            when customer_row_number > 1 then 'duplicate_customer'
            when twin_number > 1 and {{ 'true' if var('customer_summaries_duplicates') == 'drop' else 'false' }}
                then 'duplicate_but_id'
        end as row_problem

    from counted

)

select * from checked
