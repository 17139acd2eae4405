{%- set arms = ['contacted', 'control', 'other', 'holdout'] -%}
{%- set sums = {
    'is_compared': [
        'expected_purchasers', 'purchaser_variance', 'revenue_gain', 'revenue_variance', 'odds_for', 'odds_against',
    ],
    'is_assigned': ['assigned_gain', 'assigned_contacts', 'assigned_variance'],
} -%}
with

-- a variance that takes one purchaser and one other customer more: a rate of 0 or 1 of a few customers is not certain
rated as (

    select
        *,
        {% for arm in arms -%}
        {{ ratio(arm ~ '_purchasers', arm ~ '_customers') }} as {{ arm }}_rate,
        cast(({{ arm }}_purchasers + 1) * ({{ arm }}_customers - {{ arm }}_purchasers + 1) as double)
        / power({{ arm }}_customers + 2, 3) as {{ arm }}_variance,
        {% endfor -%}
        {% for arm in arms[:2] -%}
        greatest(
            cast({{ arm }}_squared_revenue as double)
            - power(cast({{ arm }}_net_revenue as double), 2) / nullif({{ arm }}_customers, 0),
            0
        ) / nullif({{ arm }}_customers * ({{ arm }}_customers - 1), 0) as {{ arm }}_revenue_variance,
        {% endfor -%}
        contacted_customers + control_customers as arm_customers,
        contacted_customers >= 2 and control_customers >= 2 as is_compared,
        other_customers >= 2 and holdout_customers >= 2 as is_assigned

    from {{ ref('int_uplift_segments') }}

),

-- what the contacted of each segment would have done like its control group, and how uncertain that is
terms as (

    select
        campaign,
        is_compared,
        is_assigned,
        contacted_customers,
        control_customers,
        contacted_purchasers,
        contacted_customers * control_rate as expected_purchasers,
        power(contacted_customers, 2) * (contacted_variance + control_variance) as purchaser_variance,
        cast(contacted_net_revenue as double)
        - contacted_customers * {{ ratio('control_net_revenue', 'control_customers') }} as revenue_gain,
        power(contacted_customers, 2) * (contacted_revenue_variance + control_revenue_variance) as revenue_variance,
        -- the two products of the odds ratio by Mantel and Haenszel
        {{ ratio('contacted_purchasers * (control_customers - control_purchasers)', 'arm_customers') }} as odds_for,
        {{ ratio('(contacted_customers - contacted_purchasers) * control_purchasers', 'arm_customers') }}
            as odds_against,
        other_customers * (other_rate - holdout_rate) as assigned_gain,
        contacted_customers
        - other_customers * {{ ratio('contacted_holdout_customers', 'holdout_customers') }} as assigned_contacts,
        power(other_customers, 2) * (other_variance + holdout_variance) as assigned_variance

    from rated

),

final as (

    select
        campaign,
        -- summed as decimals: so the order of the rows has no say in the last digit
        {% for condition, terms in sums.items() -%}
        {% for term in terms -%}
        cast(sum(cast({{ term }} as decimal(38, 12))) filter (where {{ condition }}) as double) as {{ term }},
        {% endfor -%}
        {% endfor -%}
        coalesce(sum(contacted_customers) filter (where is_compared), 0) as measured_customers,
        coalesce(sum(control_customers) filter (where is_compared), 0) as control_customers,
        coalesce(sum(contacted_purchasers) filter (where is_compared), 0) as measured_purchasers

    from terms
    group by campaign

)

select * from final
