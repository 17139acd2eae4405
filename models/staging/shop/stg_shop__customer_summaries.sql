{%- set raw_relation = ref('base_shop__customer_summaries') -%}
with

raw_rows as (

    select * from {{ raw_relation }}

),

typed as (

    select
        ---------- ids
        raw_row_number,
        {{ input_customer_id('customer_summaries') }} as customer_id,

        ---------- strings
        {{ other_values('customer_summaries') }} as other_values,

        ---------- numerics
        {{ input_whole_number('customer_summaries', 'recency_days', raw_relation) }} as recency_days,
        {{ input_whole_number('customer_summaries', 'web_visit_count', raw_relation) }} as web_visit_count,
        {{ input_whole_number('customer_summaries', 'birth_year', raw_relation) }} as birth_year,
        {{ input_number('customer_summaries', 'income', raw_relation) }} as income,

        ---------- booleans
        {{ input_boolean('customer_summaries', 'has_complained') }} as has_complained,
        {{ source_row_flags('customer_summaries', raw_relation) }},

        ---------- dates
        {{ input_date('customer_summaries', 'joined_at', raw_relation) }} as joined_date

    from raw_rows

)

select * from typed
