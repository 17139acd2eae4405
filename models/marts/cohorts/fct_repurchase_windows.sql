{#- What is no list parses too, so that check_config can say what is wrong with it. -#}
{%- set lengths = var('repurchase_windows_days') if var('repurchase_windows_days') is iterable else [] -%}
with

customers as (

    select * from {{ ref('int_customer_cohorts') }}

),

second_orders as (

    select
        customer_id,
        days_since_previous_order as days_to_second_order

    from {{ ref('fct_orders') }}
    where customer_order_number = 2

),

windows as (

    {% for length in lengths -%}
    select cast({{ length }} as bigint) as window_days
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

observed as (

    select
        customers.first_order_month,
        windows.window_days,
        {{ dbt.datediff('customers.first_order_date', as_of_date(), 'day') }} >= windows.window_days as is_eligible,
        coalesce(second_orders.days_to_second_order <= windows.window_days, false) as has_repurchased

    from customers
    cross join windows
    left join second_orders
        on customers.customer_id = second_orders.customer_id

),

scoped as (

    select
        'month' as scope,
        first_order_month as month_start_date,
        window_days,
        is_eligible,
        has_repurchased
    from observed
    union all
    select
        'all' as scope,
        cast(null as date) as month_start_date,
        window_days,
        is_eligible,
        has_repurchased
    from observed

),

counted as (

    select
        scope,
        month_start_date,
        window_days,
        count(*) as customers,
        count(*) filter (where is_eligible) as eligible_customers,
        count(*) filter (where is_eligible and has_repurchased) as repurchasing_customers

    from scoped
    group by scope, month_start_date, window_days

),

final as (

    select
        {{ combined_key([
            "coalesce(cast(month_start_date as " ~ dbt.type_string() ~ "), scope)", 'window_days'
        ]) }} as repurchase_window_key,
        *,
        cast(repurchasing_customers as double) / nullif(eligible_customers, 0) as repurchase_rate

    from counted

)

select * from final
