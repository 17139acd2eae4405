{%- set policies = [
    'plan', 'everybody', 'everybody_strongest', 'top_decile', 'highest_value', 'random_sample', 'random_offers', 'no_contact',
] -%}
with

policies as (

    {% for policy in policies -%}
    select
        '{{ policy }}' as policy,
        {{ loop.index }} as policy_number
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

offers as (

    select * from {{ ref('int_customer_offers') }}

),

made as (

    select
        policy_offers.policy,
        offers.*

    from {{ ref('int_policy_offers') }} as policy_offers
    inner join offers
        on policy_offers.customer_offer_key = offers.customer_offer_key

    union all

    select
        'plan' as policy,
        offers.*

    from {{ ref('fct_budget_plan') }} as plan
    inner join offers
        on {{ combined_key(['plan.customer_id', 'plan.offer_number']) }} = offers.customer_offer_key

),

full_channels as (

    select
        made.policy,
        made.channel

    from made
    inner join {{ ref('int_channel_capacities') }} as capacities
        on made.channel = capacities.channel
    group by made.policy, made.channel, capacities.most_contacts
    having count(*) > capacities.most_contacts

),

summed as (

    select
        policies.policy,
        policies.policy_number,
        count(made.customer_id) as contacts,
        coalesce(sum(made.expected_cost), 0) as expected_cost,
        coalesce(sum(made.expected_incremental_revenue), 0) as expected_incremental_revenue,
        coalesce(sum(made.expected_incremental_profit), 0) as expected_incremental_profit

    from policies
    left join made
        on policies.policy = made.policy
    group by policies.policy, policies.policy_number

),

final as (

    select
        policy,
        policy_number,
        cast({{ var('plan_budget') }} as decimal(18, 4)) as budget,
        contacts,
        cast(expected_cost as decimal(18, 4)) as expected_cost,
        cast(expected_incremental_revenue as decimal(18, 4)) as expected_incremental_revenue,
        cast(expected_incremental_profit as decimal(18, 4)) as expected_incremental_profit,
        {{ ratio('expected_incremental_profit', 'expected_cost') }} as return_on_cost,
        {{ ratio('expected_incremental_profit', 'contacts') }} as profit_per_contact,
        cast(
            max(expected_incremental_profit) filter (where policy = 'plan') over () - expected_incremental_profit
            as decimal(18, 4)
        ) as profit_less_than_plan,
        expected_cost <= {{ var('plan_budget') }} as is_within_budget,
        policy not in (select full_channels.policy from full_channels) as is_within_capacities

    from summed

)

select * from final
