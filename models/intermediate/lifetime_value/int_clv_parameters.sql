with

fitted as (

    select * from {{ ref('int_clv_models_fitted') }}

),

champion as (

    select * from {{ ref('int_clv_champion') }}

),

repeat_spend as (

    select
        -- summed as decimals: a sum of doubles depends on the order in which threads come to the rows
        cast(sum(cast(spend_order_days * mean_order_day_spend as decimal(18, 4))) as double)
        / nullif(sum(spend_order_days), 0) as mean_repeat_day_spend

    from {{ ref('int_clv_summary') }}
    where spend_order_days > 0 and mean_order_day_spend > 0

),

pivoted as (

    select
        {% for parameter in ['r', 'alpha', 'a', 'b'] -%}
        max(estimate) filter (where model = 'bg_nbd' and parameter = '{{ parameter }}') as {{ parameter }},
        {% endfor -%}
        {% for parameter in ['p', 'q', 'v'] -%}
        max(estimate) filter (where model = 'gamma_gamma' and parameter = '{{ parameter }}') as {{ parameter }},
        {% endfor -%}
        max(status) filter (where model = 'bg_nbd') as orders_status,
        max(status_reason) filter (where model = 'bg_nbd') as orders_reason,
        max(status) filter (where model = 'gamma_gamma') as gamma_gamma_status,
        max(status_reason) filter (where model = 'gamma_gamma') as gamma_gamma_reason,
        max(repeat_customers) filter (where model = 'gamma_gamma')
        >= max(minimum_repeat_customers) filter (where model = 'gamma_gamma') as has_enough_spend,
        max(model_version) as model_version,
        max(trained_on_date) as trained_on_date

    from fitted

),

-- enough customers came back, but Gamma-Gamma does not fit them: everybody is given the mean
spend_judged as (

    select
        *,
        case
            when gamma_gamma_status <> 'fallback' then gamma_gamma_status
            when has_enough_spend then 'warn'
            else 'fallback'
        end as spend_status,
        case
            when gamma_gamma_status = 'fallback' and has_enough_spend
                then gamma_gamma_reason || ' Everybody is given the mean spend of all these days instead.'
            else gamma_gamma_reason
        end as spend_reason

    from pivoted

),

judged as (

    select
        *,
        case
            when orders_status = 'fallback' or spend_status = 'fallback' then 'fallback'
            when orders_status = 'warn' or spend_status = 'warn' then 'warn'
            when orders_status = 'ok' and spend_status = 'ok' then 'ok'
        end as status

    from spend_judged

),

final as (

    select
        {% for parameter in ['r', 'alpha', 'a', 'b', 'p', 'q', 'v'] -%}
        case when judged.status <> 'fallback' then judged.{{ parameter }} end as {{ parameter }},
        {% endfor -%}
        case
            when judged.status <> 'fallback' and judged.p is null
                then (select repeat_spend.mean_repeat_day_spend from repeat_spend)
        end as mean_repeat_day_spend,
        case
            when judged.status <> 'fallback' and judged.p is null then champion.challenger || ' and mean_spend'
            when judged.status <> 'fallback' then champion.challenger || ' and gamma_gamma'
        end as model,
        champion.reason as model_reason,
        judged.status,
        nullif(trim(
            coalesce('Orders: ' || judged.orders_reason || ' ', '') || coalesce('Spend: ' || judged.spend_reason, '')
        ), '') as status_reason,
        cast({{ var('clv_annual_discount_rate') }} as double) as annual_discount_rate,
        (1 - cast({{ var('clv_interval_level') }} as double)) / 2 as interval_tail,
        judged.model_version,
        judged.trained_on_date,
        {{ as_of_date() }} as as_of_date

    from judged
    cross join champion

)

select * from final
