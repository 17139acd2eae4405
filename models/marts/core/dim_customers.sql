with

customers as (

    select * from {{ ref('int_orders_aggregated_to_customer') }}

),

customer_countries as (

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
        customers.customer_id,
        customer_countries.country,
        coalesce(customer_countries.country_count, 0) as country_count,
        customers.first_order_date,
        customers.last_order_date,
        customers.order_count,
        cast(customers.units as decimal(18, 4)) as units,
        cast(customers.gross_revenue as decimal(18, 4)) as gross_revenue,
        cast(customers.discount_amount as decimal(18, 4)) as discount_amount,
        cast(customers.returns_amount as decimal(18, 4)) as returns_amount,
        cast(customers.net_revenue as decimal(18, 4)) as net_revenue,
        cast(customers.margin_amount as decimal(18, 4)) as margin_amount,
        cast(customers.returns_amount as double) / nullif(cast(customers.gross_revenue as double), 0) as return_rate,
        cast(customers.discount_amount as double) / nullif(cast(customers.gross_revenue as double), 0) as discount_rate,
        coalesce(customers.recency_days - 1 > {{ var('lapse_days') }}, false) as is_lapsed

    from customers
    left join customer_countries
        on
            customers.customer_id = customer_countries.customer_id
            and customer_countries.position = 1

)

select * from final
