with

offered as (

    select distinct channel from {{ ref('action_offers') }}

),

limited as (

    {% for channel, most_contacts in var('plan_capacities').items() -%}
    select
        {{ sql_text(channel) }} as channel,
        {{ most_contacts }} as most_contacts
    {% if not loop.last %}union all{% endif %}
    {% else -%}
    select
        channel,
        0 as most_contacts
    from offered
    where false
    {% endfor %}

),

final as (

    select
        coalesce(offered.channel, limited.channel) as channel,
        offered.channel is not null as is_offered,
        cast(limited.most_contacts as bigint) as most_contacts

    from offered
    full outer join limited
        on offered.channel = limited.channel

)

select * from final
