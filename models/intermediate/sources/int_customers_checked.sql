with

customers as (

    select * from {{ ref('stg_shop__customers') }}

),

inspected as (

    select
        raw_row_number,
        customer_id,
        country,
        birth_year,
        income,
        joined_date,
        has_marketing_consent,
        other_values,
        case
            {{ source_row_problems('customers') }}
            when income < 0 then 'negative_income'
        end as own_problem

    from customers

),

counted as (

    select
        *,
        {{ copy_number([
            'customer_id', 'country', 'birth_year', 'income', 'joined_date', 'has_marketing_consent', 'other_values',
        ]) }} as copy_number,
        {{ copy_number(['customer_id']) }} as key_number

    from inspected

),

checked as (

    select
        raw_row_number,
        customer_id,
        country,
        birth_year,
        income,
        joined_date,
        has_marketing_consent,
        case
            when own_problem is not null then own_problem
            when copy_number > 1 then 'duplicate'
            when key_number > 1 then 'duplicate_customer'
        end as row_problem

    from counted

)

select * from checked
