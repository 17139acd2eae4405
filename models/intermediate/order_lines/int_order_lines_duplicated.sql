{%- set compared_columns = [
    'order_id', 'line_id', 'customer_id', 'product_id', 'description', 'country', 'channel', 'currency', 'ordered_at',
    'quantity', 'unit_price', 'line_amount', 'discount_amount', 'unit_cost',
] -%}
with

hashed as (

    select
        raw_row_number,
        {{ row_hash(compared_columns) }} as row_hash

    from {{ ref('int_order_lines_checked') }}
    where row_problem is null and {{ 'true' if var('duplicate_policy') == 'drop' else 'false' }}

),

repeated as (

    select row_hash
    from hashed
    group by row_hash
    having count(*) > 1

),

-- only rows that share a hash are compared in full: the window over all of them would not fit in memory
suspects as (

    select hashed.raw_row_number
    from hashed
    inner join repeated
        on hashed.row_hash = repeated.row_hash

),

numbered as (

    select
        order_lines.raw_row_number,
        row_number() over (
            partition by {{ compared_columns | join(', ') }}
            order by order_lines.raw_row_number
        ) as copy_number

    from {{ ref('int_order_lines_checked') }} as order_lines
    inner join suspects
        on order_lines.raw_row_number = suspects.raw_row_number

),

later_copies as (

    select raw_row_number
    from numbered
    where copy_number > 1

)

select * from later_copies
