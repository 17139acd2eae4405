{%- set counts = [
    'contacted_customers', 'answering_customers', 'responding_customers', 'eligible_customers', 'purchasing_customers'
] -%}
with

contacts as (

    select
        customer_id,
        campaign,
        send_channel,
        1 as contacted_customers,
        case when has_responded is not null then 1 else 0 end as answering_customers,
        case when has_responded then 1 else 0 end as responding_customers,
        case when is_window_covered then 1 else 0 end as eligible_customers,
        case when has_purchased then 1 else 0 end as purchasing_customers,
        coalesce(window_net_revenue, 0) as net_revenue

    from {{ ref('int_campaign_contacts') }}

),

members as (

    select
        customer_id,
        dimension,
        member

    from {{ ref('int_customer_attribute_members') }}
    union all
    select
        customer_id,
        'rfm_segment' as dimension,
        segment as member

    from {{ ref('fct_customer_rfm') }}

),

by_channel as (

    select
        campaign,
        case when grouping(send_channel) = 1 then 'all' else 'send_channel' end as dimension,
        case when grouping(send_channel) = 1 then 'all' else send_channel end as member,
        {% for count in counts -%}
        sum({{ count }}) as {{ count }},
        {% endfor %}
        sum(net_revenue) as net_revenue

    from contacts
    group by grouping sets ((campaign, send_channel), (campaign))

),

by_attribute as (

    select
        contacts.campaign,
        members.dimension,
        members.member,
        {% for count in counts -%}
        sum(contacts.{{ count }}) as {{ count }},
        {% endfor %}
        sum(contacts.net_revenue) as net_revenue

    from contacts
    inner join members
        on contacts.customer_id = members.customer_id
    group by contacts.campaign, members.dimension, members.member

),

final as (

    select * from by_channel
    where member is not null
    union all
    select * from by_attribute

)

select * from final
