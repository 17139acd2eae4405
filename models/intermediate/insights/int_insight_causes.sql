{%- set movements = [
    ('new', 'new customers'),
    ('reactivated', 'customers who came back'),
    ('expanded', 'customers who spent more'),
    ('contracted', 'customers who spent less'),
    ('lost', 'customers who did not come back'),
] -%}
{%- set effects = [
    ('customers_effect', 'The number of active customers'),
    ('frequency_effect', 'The number of orders per customer'),
    ('order_value_effect', 'Net revenue per order'),
    ('unknown_customer_effect', 'Orders of unknown customers'),
] -%}
with

compared_months as (

    select * from {{ ref('int_compared_months') }}

),

caused as (

    {% for movement, label in movements -%}
    select
        movements.comparison,
        movements.month_start_date,
        'customers_{{ movement }}' as topic,
        'Net revenue of {{ label }}' as subject,
        'money' as unit,
        cast(movements.net_revenue as double) as measure_value,
        cast(movements.base_net_revenue as double) as base_value,
        'fct_revenue_movements_monthly' as source_mart,
        'where movement = ''{{ movement }}'' and comparison = ''' || movements.comparison || '''' as source_filter
    from {{ ref('fct_revenue_movements_monthly') }} as movements
    where movements.movement = '{{ movement }}'
    union all
    {% endfor -%}
    {% for effect, label in effects -%}
    select
        drivers.comparison,
        drivers.month_start_date,
        '{{ effect }}' as topic,
        '{{ label }}' as subject,
        'effect' as unit,
        cast(drivers.base_net_revenue + drivers.{{ effect }} as double) as measure_value,
        cast(drivers.base_net_revenue as double) as base_value,
        'fct_revenue_drivers_monthly' as source_mart,
        'where comparison = ''' || drivers.comparison || '''' as source_filter
    from {{ ref('fct_revenue_drivers_monthly') }} as drivers
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

sized as (

    select
        {{ combined_key(['caused.topic', 'caused.comparison']) }} as insight_key,
        caused.comparison,
        caused.month_start_date,
        months.base_month_start_date,
        caused.topic,
        caused.subject,
        caused.unit,
        caused.measure_value,
        caused.base_value,
        caused.source_mart,
        'from marts.' || caused.source_mart || ' ' || caused.source_filter
        || ' order by month_start_date' as source_query,
        abs(caused.measure_value - caused.base_value)
        / nullif(abs(cast(months.base_net_revenue as double)), 0) as movement_size

    from caused
    inner join compared_months as months
        on
            caused.comparison = months.comparison
            and caused.month_start_date = months.month_start_date
    where caused.measure_value <> caused.base_value

)

select * from sized
