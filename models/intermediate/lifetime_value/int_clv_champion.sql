with

standings as (

    select * from {{ ref('fct_backtest_standings') }}
    where measure = 'money' and is_champion

),

{% if var('clv_model') == 'auto' -%}
-- where no day gone by can be judged, the textbook
chosen as (

    select
        coalesce(max(challenger), 'bg_nbd') as challenger,
        count(*) > 0 as is_judged

    from standings

),
{%- else -%}
chosen as (

    select
        '{{ var('clv_model') }}' as challenger,
        count(*) filter (where challenger = '{{ var('clv_model') }}') > 0 as is_judged

    from standings

),
{%- endif %}

final as (

    select
        challenger,
        challenger = 'bg_nbd_seasonal' as has_seasonal_clock,
        challenger = 'bg_nbd_all_spend' as has_all_spend,
        {% if var('clv_model') == 'auto' -%}
        case
            when is_judged then 'It won the backtest.'
            else 'There is too little history for a backtest; it is the textbook.'
        end as reason
        {%- else -%}
        'The var clv_model names it' || case when is_judged then ', and it won the backtest.' else '.' end as reason
        {%- endif %}

    from chosen

)

select * from final
