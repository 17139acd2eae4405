with

fitted as (

    select * from {{ ref('int_clv_models_fitted') }}

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
        r,
        alpha,
        a,
        b,
        p,
        q,
        v,
        status,
        nullif(trim(
            coalesce('Orders: ' || orders_reason || ' ', '') || coalesce('Spend: ' || spend_reason, '')
        ), '') as status_reason,
        model_version,
        trained_on_date

    from judged

)

select * from final
