{%- set raw_relation = ref('base_shop__product_costs') -%}
with

raw_rows as (

    select * from {{ raw_relation }}

),

typed as (

    select
        ---------- ids
        raw_row_number,
        upper({{ input_text('product_costs', 'product_id') }}) as product_id,

        ---------- numerics
        {{ input_number('product_costs', 'unit_cost', raw_relation) }} as unit_cost,

        ---------- booleans
        {{ source_row_flags('product_costs', raw_relation) }},

        ---------- dates
        {{ input_date('product_costs', 'valid_from', raw_relation) }} as valid_from_date

    from raw_rows

)

select * from typed
