with

rejected as (

    select *
    from {{ ref('int_order_lines_classified') }}
    where row_class <> 'accepted'

),

-- the text of a row is put together for rejected rows alone: it costs more than the rest of the build
raw_lines as (

    select
        raw_row_number,
        raw_file,
        raw_problem,
        {{ raw_row_as_text(ref('base_shop__order_lines')) }} as raw_text

    from {{ ref('base_shop__order_lines') }}
    where raw_row_number in (select rejected.raw_row_number from rejected)

),

row_classes as (

    select * from {{ ref('row_classes') }}

),

final as (

    select
        rejected.raw_row_number,
        rejected.row_class as rejection_reason,
        row_classes.rule_number,
        raw_lines.raw_file,
        raw_lines.raw_problem as reader_message,
        raw_lines.raw_text,
        rejected.order_id,
        rejected.customer_id,
        rejected.order_date,
        rejected.line_amount

    from rejected
    inner join raw_lines
        on rejected.raw_row_number = raw_lines.raw_row_number
    left join row_classes
        on rejected.row_class = row_classes.row_class

)

select * from final
