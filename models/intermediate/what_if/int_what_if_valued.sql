{%- set levers = ['retention', 'frequency', 'order_value', 'acquisition'] -%}
with

simulated as (

    select * from {{ ref('int_what_if_simulated') }}

),

margins as (

    select * from {{ ref('int_expected_margin_rate') }}

),

-- money in decimals, so that what must add up does to the last digit
margined as (

    select
        simulated.*,
        margins.margin_rate,
        margins.margin_rate_source,
        {% for lever in levers -%}
        case when simulated.{{ lever }}_change = 0 then 0 else 1 end{{ ' + ' if not loop.last }}
        {%- endfor %} as changed_levers,
        cast(simulated.revenue_existing_12m as decimal(18, 4)) as revenue_existing,
        cast(simulated.revenue_new_12m as decimal(18, 4)) as revenue_new,
        cast(simulated.discounted_revenue_existing * margins.margin_rate as decimal(18, 4)) as customer_equity_existing,
        cast(simulated.discounted_revenue_new * margins.margin_rate as decimal(18, 4)) as customer_equity_new

    from simulated
    cross join margins

),

summed as (

    select
        *,
        cast(revenue_existing + revenue_new as decimal(18, 4)) as revenue_12m,
        cast(customer_equity_existing + customer_equity_new as decimal(18, 4)) as customer_equity

    from margined

),

base as (

    select * from summed
    where changed_levers = 0

),

final as (

    select
        summed.*,
        cast(summed.revenue_12m - base.revenue_12m as decimal(18, 4)) as revenue_12m_change,
        cast(summed.customer_equity - base.customer_equity as decimal(18, 4)) as customer_equity_change,
        {{ ratio('summed.revenue_12m - base.revenue_12m', 'base.revenue_12m') }} as revenue_12m_change_share,
        {{ ratio('summed.customer_equity - base.customer_equity', 'base.customer_equity') }}
            as customer_equity_change_share

    from summed
    cross join base

)

select * from final
