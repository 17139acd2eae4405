{%- set measures = [
    ('Net revenue', 'money', 'net_revenue', 'fct_sales_monthly'),
    ('The number of orders', 'count', 'order_count', 'fct_sales_monthly'),
    ('The average order value', 'money', 'average_order_value', 'fct_sales_monthly'),
    ('The return rate', 'rate', 'return_rate', 'fct_sales_monthly'),
    ('The discount rate', 'rate', 'discount_rate', 'fct_sales_monthly'),
    ('The number of active customers', 'count', 'active_customers', 'fct_customer_base_monthly'),
    ('The number of new customers', 'count', 'new_customers', 'fct_customer_base_monthly'),
    ('The number of newly lapsed customers', 'count', 'newly_lapsed_customers', 'fct_customer_base_monthly'),
    ('The number of reactivated customers', 'count', 'reactivated_customers', 'fct_customer_base_monthly'),
    ('The retention rate', 'rate', 'retention_rate', 'fct_customer_base_monthly'),
] -%}
with

compared_months as (

    select * from {{ ref('int_compared_months') }}

),

measured as (

    {% for subject, unit, measure, mart in measures -%}
    select
        months.comparison,
        months.month_start_date,
        months.base_month_start_date,
        '{{ measure }}' as topic,
        '{{ subject }}' as subject,
        '{{ unit }}' as unit,
        cast(now_month.{{ measure }} as double) as measure_value,
        cast(base_month.{{ measure }} as double) as base_value,
        '{{ mart }}' as source_mart,
        'select month_start_date, {{ measure }} from marts.{{ mart }} order by month_start_date' as source_query
    from compared_months as months
    inner join {{ ref(mart) }} as now_month
        on months.month_start_date = now_month.month_start_date
    inner join {{ ref(mart) }} as base_month
        on months.base_month_start_date = base_month.month_start_date
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- rates move by points, everything else by shares of what it was
sized as (

    select
        {{ combined_key(['topic', 'comparison']) }} as insight_key,
        *,
        case
            when unit = 'rate' then abs(measure_value - base_value)
            else abs(measure_value - base_value) / nullif(abs(base_value), 0)
        end as movement_size

    from measured
    where measure_value <> base_value

)

select * from sized
