with

product_costs as (

    select * from {{ ref('stg_shop__product_costs') }}

),

inspected as (

    select
        raw_row_number,
        product_id,
        unit_cost,
        valid_from_date,
        case
            {{ source_row_problems('product_costs') }}
            when unit_cost < 0 then 'negative_unit_cost'
        end as own_problem

    from product_costs

),

counted as (

    select
        *,
        {{ copy_number(['product_id', 'unit_cost', 'valid_from_date']) }} as copy_number,
        {{ copy_number(['product_id', 'valid_from_date']) }} as key_number

    from inspected

),

checked as (

    select
        raw_row_number,
        product_id,
        unit_cost,
        valid_from_date,
        case
            when own_problem is not null then own_problem
            when copy_number > 1 then 'duplicate'
            when key_number > 1 then 'duplicate_cost'
        end as row_problem

    from counted

)

select * from checked
