with

points as (

    select
        *,
        row_number() over (order by budget) as budget_point,
        lag(budget) over (order by budget) as budget_before,
        lag(expected_incremental_profit) over (order by budget) as profit_before

    from {{ ref('int_budget_solved') }}
    where part = 'budget'

),

final as (

    select
        cast(budget_point as int) as budget_point,
        cast(budget as decimal(18, 4)) as budget,
        is_plan_budget,
        contacts,
        cast(expected_cost as decimal(18, 4)) as expected_cost,
        cast(expected_incremental_profit as decimal(18, 4)) as expected_incremental_profit,
        cast(profit_bound as decimal(18, 4)) as profit_bound,
        {{ ratio('expected_incremental_profit', 'expected_cost') }} as return_on_cost,
        {{ ratio('expected_incremental_profit - profit_before', 'budget - budget_before') }} as profit_per_extra_budget,
        budget_shadow_price

    from points

)

select * from final
