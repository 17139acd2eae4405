{#- Of each bound: what is simulated, and the rate that makes it money of its measure. -#}
{%- set measures = {'revenue_12m': ['revenue_12m', '1'], 'customer_equity': ['discounted_revenue', 'margin_rate']} -%}
with

simulated as (

    select * from {{ ref('int_what_if_simulated') }}

),

margins as (

    select * from {{ ref('int_expected_margin_rate') }}

),

champion as (

    select * from {{ ref('int_clv_champion') }}

),

standings as (

    select * from {{ ref('fct_backtest_standings') }}
    where measure = 'money' and cutoffs > 0

),

-- a forecast that was 25 % too high stands for 1 / 1.25 of itself; where none was too low it may be right
errors as (

    select
        standings.cutoffs,
        1 / nullif(1 + greatest(standings.highest_bias, 0), 0) as lowest_factor,
        1 / nullif(1 + least(standings.lowest_bias, 0), 0) as highest_factor

    from champion
    left join standings on champion.challenger = standings.challenger

),

-- the same error multiplies a total and its change; of the share nothing is left of it
final as (

    select
        simulated.scenario_key,
        coalesce(errors.cutoffs, 0) as cutoffs,
        {% for measure, (simulated, rate) in measures.items() -%}
        {{ rate }} * simulated.{{ simulated }}_lower * errors.lowest_factor as {{ measure }}_lower,
        {{ rate }} * simulated.{{ simulated }}_upper * errors.highest_factor as {{ measure }}_upper,
        {{ rate }} * simulated.{{ simulated }}_change_lower * case
            when simulated.{{ simulated }}_change_lower < 0 then errors.highest_factor
            else errors.lowest_factor
        end as {{ measure }}_change_lower,
        {{ rate }} * simulated.{{ simulated }}_change_upper * case
            when simulated.{{ simulated }}_change_upper < 0 then errors.lowest_factor
            else errors.highest_factor
        end as {{ measure }}_change_upper,
        simulated.{{ simulated }}_change_share_lower as {{ measure }}_change_share_lower,
        simulated.{{ simulated }}_change_share_upper as {{ measure }}_change_share_upper
        {{- ',' if not loop.last }}
        {% endfor %}

    from simulated
    cross join margins
    cross join errors

)

select * from final
