with

outcomes as (

    select *
    from {{ ref('int_driver_outcomes') }}
    where first_order_date is not null

),

first_orders as (

    select
        *,
        extract(hour from ordered_at) as hour_of_day

    from {{ ref('fct_orders') }}
    where customer_order_number = 1

),

first_line_types as (

    select
        first_orders.customer_id,
        min_by(order_lines.line_type, order_lines.order_line_id) as line_type

    from first_orders
    inner join {{ ref('fct_order_lines') }} as order_lines
        on first_orders.order_id = order_lines.order_id
    where order_lines.transaction_type = 'sale'
    group by first_orders.customer_id

),

first_days as (

    select
        outcomes.customer_id,
        cast(sum(customer_days.order_count) as bigint) as order_count,
        cast(sum(customer_days.returns_amount) as double)
        / nullif(cast(sum(customer_days.gross_revenue) as double), 0) as return_rate

    from outcomes
    inner join {{ ref('int_customer_days') }} as customer_days
        on
            outcomes.customer_id = customer_days.customer_id
            and outcomes.first_order_date <= customer_days.order_date
            and outcomes.first_days_end_date > customer_days.order_date
    group by outcomes.customer_id

),

described as (

    select
        outcomes.customer_id,
        outcomes.customer_number,
        first_orders.country as first_order_country,
        first_orders.channel as first_order_channel,
        first_line_types.line_type as first_order_line_type,
        case
            when first_orders.hour_of_day < 6 then 'night, 0 to 5'
            when first_orders.hour_of_day < 12 then 'morning, 6 to 11'
            when first_orders.hour_of_day < 18 then 'afternoon, 12 to 17'
            else 'evening, 18 to 23'
        end as first_order_hour_band,
        case dates.iso_day_of_week
            {% for day in ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] -%}
            when {{ loop.index }} then '{{ day }}'
            {% endfor %}
        end as first_order_weekday,
        'month ' || cast(dates.month_number as {{ dbt.type_string() }}) as first_order_month_of_year,
        cast(first_orders.{{ var('monetary_basis') }}_revenue as double) as first_order_value,
        cast(first_orders.units as double) as first_order_units,
        cast(first_orders.product_count as double) as first_order_product_count,
        cast(first_orders.discount_amount as double)
        / nullif(cast(first_orders.gross_revenue as double), 0) as first_order_discount_rate,
        cast(first_days.order_count as double) as first_days_order_count,
        first_days.return_rate as first_days_return_rate,
        cast(second_orders.days_since_previous_order as double) as days_to_second_order

    from outcomes
    inner join first_orders
        on outcomes.customer_id = first_orders.customer_id
    inner join first_days
        on outcomes.customer_id = first_days.customer_id
    inner join {{ ref('dim_dates') }} as dates
        on first_orders.order_date = dates.date_day
    left join {{ ref('fct_orders') }} as second_orders
        on
            outcomes.customer_id = second_orders.customer_id
            and second_orders.customer_order_number = 2
            and second_orders.days_since_previous_order < {{ var('driver_first_days') }}
    left join first_line_types
        on outcomes.customer_id = first_line_types.customer_id

)

select * from described
