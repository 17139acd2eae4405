with

exchange_rates as (

    select * from {{ ref('stg_shop__exchange_rates') }}

),

inspected as (

    select
        raw_row_number,
        currency,
        rate_date,
        exchange_rate,
        case
            {{ source_row_problems('exchange_rates') }}
            when exchange_rate <= 0 then 'negative_exchange_rate'
        end as own_problem

    from exchange_rates

),

counted as (

    select
        *,
        {{ copy_number(['currency', 'rate_date', 'exchange_rate']) }} as copy_number,
        {{ copy_number(['currency', 'rate_date']) }} as key_number

    from inspected

),

checked as (

    select
        raw_row_number,
        currency,
        rate_date,
        exchange_rate,
        case
            when own_problem is not null then own_problem
            when copy_number > 1 then 'duplicate'
            when key_number > 1 then 'duplicate_rate'
        end as row_problem

    from counted

)

select * from checked
