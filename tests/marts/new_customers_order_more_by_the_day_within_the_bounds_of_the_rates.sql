-- What is expected of a new customer grows from day to day. It is less than of one who never leaves, r / alpha a week,
-- and more than of one who leaves with the first repeat order, the chance of which is 1 - (alpha / (alpha + t))^r.
-- After a day the two are close together. The weeks are those of the published model's clock.
with

inputs as (

    select * from {{ ref('int_clv_parameters') }}
    where r is not null

),

clock as (

    select * from {{ ref('int_clv_clock') }}

),

expected as (

    select
        *,
        coalesce(lag(expected_repeat_orders) over (order by days_since_first_order), 0) as expected_the_day_before

    from {{ ref('fct_new_customer_expectations') }}

),

bounded as (

    select
        expected.days_since_first_order,
        expected.expected_the_day_before,
        expected.expected_repeat_orders,
        1 - power(inputs.alpha / (inputs.alpha + clock.clock_days / 7), inputs.r) as least_orders,
        inputs.r * clock.clock_days / 7 / inputs.alpha as most_orders

    from expected
    cross join inputs
    left join clock
        on expected.days_since_first_order = clock.days_ahead

)

select * from bounded
where
    not coalesce(
        expected_repeat_orders > expected_the_day_before
        and expected_repeat_orders between least_orders - 0.000001 and most_orders + 0.000001,
        false
    )
