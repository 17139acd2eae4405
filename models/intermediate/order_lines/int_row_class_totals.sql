with

classified as (

    select * from {{ ref('int_order_lines_classified') }}

),

totals as (

    select
        row_class,
        count(*) as row_count,
        coalesce(sum(line_amount), 0) as line_amount

    from classified
    group by row_class

)

select * from totals
