{%- set raw_relation = ref('base_shop__customers') -%}
with

raw_rows as (

    select * from {{ raw_relation }}

),

typed as (

    select
        ---------- ids
        raw_row_number,
        {{ input_customer_id('customers') }} as customer_id,

        ---------- strings
        {{ input_text('customers', 'country') }} as country,
        {{ other_values('customers') }} as other_values,

        ---------- numerics
        {{ input_whole_number('customers', 'birth_year', raw_relation) }} as birth_year,
        {{ input_number('customers', 'income', raw_relation) }} as income,

        ---------- booleans
        {{ input_boolean('customers', 'has_marketing_consent') }} as has_marketing_consent,
        {{ source_row_flags('customers', raw_relation) }},

        ---------- dates
        {{ input_date('customers', 'joined_at', raw_relation) }} as joined_date

    from raw_rows

)

select * from typed
