with

-- numbers instead of texts: the months of a million customers meet in less time and memory
customers as (

    select
        customer_id,
        cast({{ dbt.date_trunc('month', 'first_order_date') }} as date) as first_order_month,
        row_number() over (order by customer_id asc) as customer_number

    from {{ ref('int_orders_aggregated_to_customer') }}

),

customer_months as (

    select
        customers.customer_number,
        customers.first_order_month,
        customer_months.month_start_date,
        customer_months.net_revenue,
        customer_months.is_active

    from {{ ref('int_customer_months') }} as customer_months
    inner join customers
        on customer_months.customer_id = customers.customer_id

),

-- only customers with money or orders in one of the two months meet: no row for every customer and month
paired as (

    {% for comparison, months in [('previous_month', 1), ('year_before', 12)] -%}
    select
        '{{ comparison }}' as comparison,
        coalesce(current_months.first_order_month, base_months.first_order_month) as first_order_month,
        coalesce(
            current_months.month_start_date,
            cast({{ dbt.dateadd('month', months, 'base_months.month_start_date') }} as date)
        ) as month_start_date,
        coalesce(current_months.is_active, false) as is_active,
        coalesce(base_months.is_active, false) as is_base_active,
        coalesce(current_months.net_revenue, 0) as net_revenue,
        coalesce(base_months.net_revenue, 0) as base_net_revenue
    from customer_months as current_months
    full outer join customer_months as base_months
        on
            current_months.customer_number = base_months.customer_number
            and current_months.month_start_date
            = cast({{ dbt.dateadd('month', months, 'base_months.month_start_date') }} as date)
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

moved as (

    select
        paired.month_start_date,
        paired.comparison,
        paired.net_revenue,
        paired.base_net_revenue,
        case
            when paired.is_active and paired.is_base_active
                then case
                    when paired.net_revenue > paired.base_net_revenue then 'expanded'
                    when paired.net_revenue < paired.base_net_revenue then 'contracted'
                    else 'unchanged'
                end
            when paired.is_active and paired.first_order_month > compared.base_month_start_date then 'new'
            when paired.is_active then 'reactivated'
            when paired.is_base_active then 'lost'
            else 'returns_alone'
        end as movement

    from paired
    inner join {{ ref('int_revenue_months_compared') }} as compared
        on
            paired.month_start_date = compared.month_start_date
            and paired.comparison = compared.comparison

),

summed as (

    select
        {{ combined_key(['month_start_date', 'comparison', 'movement']) }} as revenue_movement_key,
        month_start_date,
        comparison,
        movement,
        count(*) as customers,
        sum(base_net_revenue) as base_net_revenue,
        sum(net_revenue) as net_revenue

    from moved
    group by month_start_date, comparison, movement

)

select * from summed
