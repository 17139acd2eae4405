with

orders as (

    select * from {{ ref('int_orders_aggregated_to_customer') }}

),

-- who registered and never ordered is a customer without orders
known as (

    select
        customer_id,
        null as joined_date
    from orders
    {% for source in ['customers', 'customer_summaries'] -%}
    union all
    select
        customer_id,
        joined_date
    from {{ ref('int_' ~ source ~ '_checked') }}
    where row_problem is null
    {% endfor %}

),

people as (

    select
        customer_id,
        min(joined_date) as joined_date

    from known
    group by customer_id

),

attributes as (

    select
        customer_id,
        max(case when attribute = 'country' then text_value end) as country,
        max(case when attribute = 'birth_year' then number_value end) as birth_year,
        max(case when attribute = 'income' then number_value end) as income,
        max(case when attribute = 'has_marketing_consent' then text_value end) as marketing_consent

    from {{ ref('int_customer_attributes') }}
    where attribute in ('country', 'birth_year', 'income', 'has_marketing_consent')
    group by customer_id

),

order_countries as (

    select
        customer_id,
        country,
        row_number() over (partition by customer_id order by max(ordered_at) desc, country asc) as position,
        count(*) over (partition by customer_id) as country_count

    from {{ ref('fct_orders') }}
    where customer_id is not null and country is not null
    group by customer_id, country

),

final as (

    select
        people.customer_id,
        coalesce(order_countries.country, attributes.country) as country,
        coalesce(order_countries.country_count, 0) as country_count,
        cast(attributes.birth_year as int) as birth_year,
        cast(attributes.income as decimal(18, 4)) as income,
        case attributes.marketing_consent when 'true' then true when 'false' then false end as has_marketing_consent,
        people.joined_date,
        orders.first_order_date,
        orders.last_order_date,
        coalesce(orders.order_count, 0) as order_count,
        {% for measure in ['units', 'gross_revenue', 'discount_amount', 'returns_amount', 'net_revenue'] -%}
        cast(coalesce(orders.{{ measure }}, 0) as decimal(18, 4)) as {{ measure }},
        {% endfor -%}
        cast(orders.margin_amount as decimal(18, 4)) as margin_amount,
        {{ ratio('orders.returns_amount', 'orders.gross_revenue') }} as return_rate,
        {{ ratio('orders.discount_amount', 'orders.gross_revenue') }} as discount_rate,
        coalesce(orders.recency_days - 1 > {{ var('lapse_days') }}, false) as is_lapsed

    from people
    left join orders
        on people.customer_id = orders.customer_id
    left join order_countries
        on
            people.customer_id = order_countries.customer_id
            and order_countries.position = 1
    left join attributes
        on people.customer_id = attributes.customer_id

)

select * from final
