with

fits as (

    select * from {{ ref('int_clv_fits') }}

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

final as (

    select
        {% for parameter in ['r', 'alpha', 'a', 'b', 'p', 'q', 'v'] -%}
        case when fits.status <> 'fallback' then fits.{{ parameter }} end as {{ parameter }},
        {% endfor -%}
        case
            when fits.status <> 'fallback' and fits.p is null
                then (select repeat_spend.mean_repeat_day_spend from repeat_spend)
        end as mean_repeat_day_spend,
        case
            when fits.status <> 'fallback' and fits.p is null then champion.challenger || ' and mean_spend'
            when fits.status <> 'fallback' then champion.challenger || ' and gamma_gamma'
        end as model,
        champion.reason as model_reason,
        fits.status,
        fits.status_reason,
        cast({{ var('clv_annual_discount_rate') }} as double) as annual_discount_rate,
        (1 - cast({{ var('clv_interval_level') }} as double)) / 2 as interval_tail,
        fits.model_version,
        fits.trained_on_date,
        {{ as_of_date() }} as as_of_date

    from fits
    cross join champion

)

select * from final
