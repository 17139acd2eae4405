{#- Of each policy: whether budget and capacities bind it, which offers it makes, and to whom first. -#}
{%- set policies = [
    ('everybody', 'false', 'is_first_offer', 'value_rank'),
    ('everybody_strongest', 'false', 'strength_position = 1', 'value_rank'),
    ('top_decile', 'true', 'is_first_offer and 10 * (value_rank - 1) < customers', 'value_rank'),
    ('highest_value', 'true', 'strength_position = 1', 'value_rank'),
    ('random_sample', 'true', 'is_first_offer', 'customer_share'),
    ('random_offers', 'true', 'random_position = 1', 'customer_share'),
] -%}
with

candidates as (

    select
        *,
        max(value_rank) over () as customers

    from {{ ref('int_policy_candidates') }}

),

capacities as (

    select * from {{ ref('int_channel_capacities') }}

),

intended as (

    {% for policy, is_limited, offers_made, first_to in policies -%}
    select
        '{{ policy }}' as policy,
        {{ is_limited }} as is_limited,
        customer_id,
        customer_offer_key,
        channel,
        expected_cost,
        row_number() over (order by {{ first_to }}, customer_id) as contact_number

    from candidates
    where {{ offers_made }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- a full channel takes nobody else
reached as (

    select
        intended.*,
        row_number() over (partition by intended.policy, intended.channel order by intended.contact_number)
        <= coalesce(capacities.most_contacts, 9223372036854775807) as has_room

    from intended
    inner join capacities
        on intended.channel = capacities.channel

),

spent as (

    select
        *,
        sum(expected_cost) over (partition by policy order by contact_number rows unbounded preceding) as spent_so_far

    from reached
    where has_room or not is_limited

),

final as (

    select
        {{ combined_key(['policy', 'customer_id']) }} as policy_customer_key,
        policy,
        customer_id,
        customer_offer_key

    from spent
    where spent_so_far <= {{ var('plan_budget') }} or not is_limited

)

select * from final
