{%- set measures = ['revenue_12m_change', 'revenue_12m_change_share', 'customer_equity_change',
    'customer_equity_change_share'] -%}
with

scenarios as (

    select * from {{ ref('fct_what_if') }}
    where changed_levers = 1

),

named as (

    select
        *,
        case
            {% for lever in ['retention', 'frequency', 'order_value'] -%}
            when {{ lever }}_change <> 0 then '{{ lever }}'
            {% endfor -%}
            else 'acquisition'
        end as lever,
        retention_change + frequency_change + order_value_change + acquisition_change as lever_change

    from scenarios

),

final as (

    select
        {{ combined_key(['lever', 'lever_change']) }} as what_if_lever_key,
        lever,
        lever_change,
        is_asked,
        revenue_12m,
        {% for measure in measures -%}
        {{ measure }},
        {{ measure }}_lower,
        {{ measure }}_upper,
        {% endfor -%}
        {{ ratio('revenue_12m_change_share', 'lever_change') }} as revenue_12m_elasticity,
        {{ ratio('customer_equity_change_share', 'lever_change') }} as customer_equity_elasticity,
        status,
        status_reason

    from named

)

select * from final
