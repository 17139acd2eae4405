with

beginnings as (

    select * from {{ ref('int_customer_beginnings') }}

),

unpivoted as (

    {% for feature in [
        'first_order_country', 'first_order_channel', 'first_order_line_type', 'first_order_hour_band',
        'first_order_weekday', 'first_order_month_of_year'
    ] -%}
    select
        customer_id,
        customer_number,
        '{{ feature }}' as feature,
        false as is_number,
        {{ feature }} as text_value,
        cast(null as double) as number_value
    from beginnings
    union all
    {% endfor %}
    {% for feature in [
        'first_order_value', 'first_order_units', 'first_order_product_count', 'first_order_discount_rate',
        'first_days_order_count', 'first_days_return_rate', 'days_to_second_order'
    ] -%}
    select
        customer_id,
        customer_number,
        '{{ feature }}' as feature,
        true as is_number,
        cast(null as {{ dbt.type_string() }}) as text_value,
        {{ feature }} as number_value
    from beginnings
    union all
    {% endfor %}
    select
        attributes.customer_id,
        outcomes.customer_number,
        attributes.attribute as feature,
        attributes.is_number,
        attributes.text_value,
        -- what is infinite or no number has no place in a quarter
        case when abs(attributes.number_value) < 1e300 then attributes.number_value end as number_value
    from {{ ref('int_customer_attributes') }} as attributes
    inner join {{ ref('int_driver_outcomes') }} as outcomes
        on attributes.customer_id = outcomes.customer_id

)

select * from unpivoted
