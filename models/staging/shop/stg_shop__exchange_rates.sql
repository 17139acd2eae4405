{%- set raw_relation = ref('base_shop__exchange_rates') -%}
with

raw_rows as (

    select * from {{ raw_relation }}

),

typed as (

    select
        ---------- ids
        raw_row_number,
        upper({{ input_text('exchange_rates', 'currency') }}) as currency,

        ---------- numerics
        {{ input_number('exchange_rates', 'exchange_rate', raw_relation, type='decimal(18, 8)') }} as exchange_rate,

        ---------- booleans
        {{ source_row_flags('exchange_rates', raw_relation) }},

        ---------- dates
        {{ input_date('exchange_rates', 'rate_date', raw_relation) }} as rate_date

    from raw_rows

)

select * from typed
