with

months as (

    select
        month_start_date,
        is_first_period,
        is_partial_period,
        active_customers,
        new_net_revenue + existing_net_revenue as known_net_revenue,
        unknown_customer_net_revenue

    from {{ ref('fct_customer_base_monthly') }}

),

-- orders of known customers alone: an order of nobody has no customer to be frequent
counted as (

    select
        month_start_date,
        cast(sum(order_count) as bigint) as order_count

    from {{ ref('int_customer_months') }}
    group by month_start_date

),

totalled as (

    select
        months.*,
        coalesce(counted.order_count, 0) as order_count

    from months
    left join counted
        on months.month_start_date = counted.month_start_date

),

paired as (

    {% for comparison, months_back in [('previous_month', 1), ('year_before', 12)] -%}
    select
        month_start_date,
        '{{ comparison }}' as comparison,
        cast({{ dbt.dateadd('month', -months_back, 'month_start_date') }} as date) as base_month_start_date
    from months
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

compared as (

    select
        {{ combined_key(['paired.month_start_date', 'paired.comparison']) }} as month_comparison_key,
        paired.month_start_date,
        paired.comparison,
        paired.base_month_start_date,
        current_months.is_partial_period,
        base_months.is_first_period as is_base_first_period,
        current_months.active_customers,
        base_months.active_customers as base_active_customers,
        current_months.order_count,
        base_months.order_count as base_order_count,
        current_months.known_net_revenue,
        base_months.known_net_revenue as base_known_net_revenue,
        current_months.unknown_customer_net_revenue,
        base_months.unknown_customer_net_revenue as base_unknown_customer_net_revenue

    from paired
    inner join totalled as current_months
        on paired.month_start_date = current_months.month_start_date
    inner join totalled as base_months
        on paired.base_month_start_date = base_months.month_start_date

)

select * from compared
