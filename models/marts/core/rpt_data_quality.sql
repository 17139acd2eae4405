with

row_classes as (

    select * from {{ ref('row_classes') }}

),

totals as (

    select * from {{ ref('int_row_class_totals') }}

),

-- each rule takes its rows from what the rules before it left; the last one, accepted, takes all the rest
rules as (

    select
        row_classes.rule_number,
        row_classes.row_class,
        row_classes.is_accepted,
        row_classes.meaning,
        coalesce(totals.row_count, 0) as row_count,
        coalesce(totals.line_amount, 0) as line_amount

    from row_classes
    left join totals
        on row_classes.row_class = totals.row_class

),

cascaded as (

    select
        *,
        sum(row_count) over (order by rule_number desc) as rows_in,
        sum(line_amount) over (order by rule_number desc) as amount_in

    from rules

),

rule_rows as (

    select
        cast(rule_number as bigint) as check_number,
        'rule' as check_kind,
        row_class as check_name,
        meaning,
        cast(rows_in as bigint) as rows_in,
        row_count as rows_affected,
        cast(rows_in - row_count as bigint) as rows_out,
        cast(amount_in as decimal(18, 4)) as amount_in,
        cast(line_amount as decimal(18, 4)) as amount_affected,
        cast(amount_in - line_amount as decimal(18, 4)) as amount_out

    from cascaded

),

observations as (

    select * from {{ ref('int_data_quality_observations') }}

),

observation_rows as (

    select
        cast(100 + observation_number as bigint) as check_number,
        'observation' as check_kind,
        observation as check_name,
        meaning,
        examined as rows_in,
        affected as rows_affected,
        cast(null as bigint) as rows_out,
        cast(null as decimal(18, 4)) as amount_in,
        cast(amount as decimal(18, 4)) as amount_affected,
        cast(null as decimal(18, 4)) as amount_out

    from observations

),

final as (

    select * from rule_rows
    union all
    select * from observation_rows

)

select * from final
