{%- set raw_relation = ref('base_marketing__spend') -%}
with

raw_rows as (

    select * from {{ raw_relation }}

),

typed as (

    select
        ---------- ids
        raw_row_number,

        ---------- strings
        {{ input_text('marketing_spend', 'channel') }} as channel,

        ---------- numerics
        {{ input_number('marketing_spend', 'amount', raw_relation) }} as amount,

        ---------- booleans
        {{ source_row_flags('marketing_spend', raw_relation) }},

        ---------- dates
        {{ input_date('marketing_spend', 'spent_at', raw_relation) }} as spent_date

    from raw_rows

)

select * from typed
