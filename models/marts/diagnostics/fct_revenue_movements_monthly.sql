with

compared as (

    select * from {{ ref('int_revenue_months_compared') }}

),

known_movements as (

    select * from {{ ref('int_revenue_movements') }}

),

movements as (

    {% for movement in [
        'new', 'reactivated', 'expanded', 'contracted', 'unchanged', 'lost', 'returns_alone', 'unknown_customer'
    ] -%}
    select
        '{{ movement }}' as movement,
        {{ loop.index }} as movement_number
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- a movement that nobody made is a row of zeros; nobody knows how many the unknown customers are
filled as (

    select
        {{ combined_key(['compared.month_start_date', 'compared.comparison', 'movements.movement']) }}
            as revenue_movement_key,
        compared.month_start_date,
        compared.comparison,
        compared.base_month_start_date,
        compared.is_partial_period,
        compared.is_base_first_period,
        movements.movement_number,
        movements.movement,
        case
            when movements.movement <> 'unknown_customer' then coalesce(known_movements.customers, 0)
        end as customers,
        case
            when movements.movement = 'unknown_customer' then compared.base_unknown_customer_net_revenue
            else coalesce(known_movements.base_net_revenue, 0)
        end as base_net_revenue,
        case
            when movements.movement = 'unknown_customer' then compared.unknown_customer_net_revenue
            else coalesce(known_movements.net_revenue, 0)
        end as net_revenue

    from compared
    cross join movements
    left join known_movements
        on
            compared.month_start_date = known_movements.month_start_date
            and compared.comparison = known_movements.comparison
            and movements.movement = known_movements.movement

),

final as (

    select
        revenue_movement_key,
        month_start_date,
        comparison,
        base_month_start_date,
        is_partial_period,
        is_base_first_period,
        movement_number,
        movement,
        customers,
        cast(base_net_revenue as decimal(18, 4)) as base_net_revenue,
        cast(net_revenue as decimal(18, 4)) as net_revenue,
        cast(net_revenue - base_net_revenue as decimal(18, 4)) as revenue_change

    from filled

)

select * from final
