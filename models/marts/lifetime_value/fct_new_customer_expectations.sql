with

days as (

    select days_ahead as days_since_first_order
    from {{ ref('int_clv_clock') }}
    where days_ahead between 1 and 104 * 7

),

expected as (

    select * from {{ ref('int_clv_new_customers') }}

),

-- nothing is known of the customer's own spend, so it is everybody's
inputs as (

    select
        *,
        coalesce(p * v / (q - 1), mean_repeat_day_spend) as expected_order_value

    from {{ ref('int_clv_parameters') }}

),

final as (

    select
        days.days_since_first_order,
        expected.expected_repeat_orders,
        1 + expected.expected_repeat_orders as expected_orders,
        inputs.expected_order_value,
        (1 + expected.expected_repeat_orders) * inputs.expected_order_value as expected_value,
        inputs.status,
        inputs.status_reason,
        inputs.model,
        inputs.model_reason,
        inputs.model_version,
        inputs.trained_on_date,
        inputs.as_of_date

    from days
    cross join inputs
    left join expected
        on days.days_since_first_order = expected.days_since_first_order

)

select * from final
