with

months as (

    select
        period_start_date as month_start_date,
        is_first_period,
        is_partial_period

    from {{ ref('int_periods') }}
    where period_grain = 'month'

),

last_months as (

    select max(month_start_date) as month_start_date
    from months
    where not is_partial_period

),

compared as (

    {% for comparison, months in [('previous_month', -1), ('year_before', -12)] -%}
    select
        '{{ comparison }}' as comparison,
        month_start_date,
        cast({{ dbt.dateadd('month', months, 'month_start_date') }} as date) as base_month_start_date
    from last_months
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- the first month of the data may lack days, and old customers look new in it: it is no measure for another one
known as (

    select
        compared.comparison,
        compared.month_start_date,
        compared.base_month_start_date,
        sales.net_revenue as base_net_revenue

    from compared
    inner join {{ ref('fct_sales_monthly') }} as sales
        on compared.base_month_start_date = sales.month_start_date
    where not sales.is_first_period

)

select * from known
