with

marketing_spend as (

    select * from {{ ref('stg_marketing__spend') }}

),

inspected as (

    select
        raw_row_number,
        spent_date,
        channel,
        amount,
        case
            {{ source_row_problems('marketing_spend') }}
            when amount < 0 then 'negative_amount'
        end as own_problem

    from marketing_spend

),

counted as (

    select
        *,
        {{ copy_number(['spent_date', 'channel', 'amount']) }} as copy_number

    from inspected

),

checked as (

    select
        raw_row_number,
        spent_date,
        cast({{ dbt.date_trunc('month', 'spent_date') }} as date) as month_start_date,
        channel,
        amount,
        case
            when own_problem is not null then own_problem
            when copy_number > 1 then 'duplicate'
        end as row_problem

    from counted

)

select * from checked
