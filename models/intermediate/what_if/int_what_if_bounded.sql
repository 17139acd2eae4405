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
        simulated.revenue_12m_lower * errors.lowest_factor as revenue_12m_lower,
        simulated.revenue_12m_upper * errors.highest_factor as revenue_12m_upper,
        simulated.revenue_12m_change_lower
        * case
            when simulated.revenue_12m_change_lower < 0 then errors.highest_factor
            else errors.lowest_factor
        end
            as revenue_12m_change_lower,
        simulated.revenue_12m_change_upper
        * case
            when simulated.revenue_12m_change_upper < 0 then errors.lowest_factor
            else errors.highest_factor
        end
            as revenue_12m_change_upper,
        simulated.revenue_12m_change_share_lower as revenue_12m_change_share_lower,
        simulated.revenue_12m_change_share_upper as revenue_12m_change_share_upper,
        margins.margin_rate * simulated.discounted_revenue_lower * errors.lowest_factor as customer_equity_lower,
        margins.margin_rate * simulated.discounted_revenue_upper * errors.highest_factor as customer_equity_upper,
        margins.margin_rate * simulated.discounted_revenue_change_lower
        * case
            when simulated.discounted_revenue_change_lower < 0 then errors.highest_factor
            else errors.lowest_factor
        end
            as customer_equity_change_lower,
        margins.margin_rate * simulated.discounted_revenue_change_upper
        * case
            when simulated.discounted_revenue_change_upper < 0 then errors.lowest_factor
            else errors.highest_factor
        end
            as customer_equity_change_upper,
        simulated.discounted_revenue_change_share_lower as customer_equity_change_share_lower,
        simulated.discounted_revenue_change_share_upper as customer_equity_change_share_upper

    from simulated
    cross join margins
    cross join errors

)

select * from final
