with

campaigns as (

    select * from {{ ref('int_uplift_campaigns') }}
    where obstacle is null

),

permissions as (

    select * from {{ ref('int_contact_permissions') }}
    where coalesce(contact_obstacle, '') <> 'no_consent'

),

purchases as (

    select
        campaigns.campaign,
        customer_days.customer_id,
        sum(customer_days.order_count) as order_count,
        cast(sum(customer_days.net_revenue) as decimal(18, 2)) as net_revenue

    from campaigns
    inner join {{ ref('int_customer_days') }} as customer_days
        on customer_days.order_date between campaigns.first_sent_date and campaigns.window_end_date
    group by campaigns.campaign, customer_days.customer_id

),

-- everybody in the segment that they were in before the campaign, so that it has no say in the segment
members as (

    select
        campaigns.campaign,
        history.rfm_segment as segment,
        permissions.is_holdout,
        contacts.customer_id is not null as is_contacted,
        coalesce(purchases.order_count, 0) > 0 as has_purchased,
        coalesce(purchases.net_revenue, 0) as net_revenue

    from campaigns
    inner join {{ ref('fct_customer_segment_history') }} as history
        on campaigns.snapshot_date = history.snapshot_date
    inner join permissions
        on history.customer_id = permissions.customer_id
    left join {{ ref('int_campaign_contacts') }} as contacts
        on
            campaigns.campaign = contacts.campaign
            and history.customer_id = contacts.customer_id
            and contacts.first_sent_date is not null
    left join purchases
        on
            campaigns.campaign = purchases.campaign
            and history.customer_id = purchases.customer_id

),

{%- set arms = {
    'contacted': 'not is_holdout and is_contacted',
    'control': 'is_holdout and not is_contacted',
    'other': 'not is_holdout',
    'holdout': 'is_holdout',
} %}

counted as (

    select
        campaign,
        segment,
        {% for arm, condition in arms.items() -%}
        count(*) filter (where {{ condition }}) as {{ arm }}_customers,
        count(*) filter (where {{ condition }} and has_purchased) as {{ arm }}_purchasers,
        {% endfor -%}
        {% for arm in ['contacted', 'control'] -%}
        coalesce(sum(net_revenue) filter (where {{ arms[arm] }}), 0) as {{ arm }}_net_revenue,
        coalesce(sum(net_revenue * net_revenue) filter (where {{ arms[arm] }}), 0) as {{ arm }}_squared_revenue,
        {% endfor -%}
        count(*) filter (where is_holdout and is_contacted) as contacted_holdout_customers

    from members
    group by campaign, segment

),

final as (

    select
        {{ combined_key(['campaign', 'segment']) }} as uplift_segment_key,
        *

    from counted

)

select * from final
