{%- set window_days = var('campaign_window_days') | int -%}
with

contacts as (

    select
        *,
        cast({{ dbt.dateadd('day', window_days, 'first_sent_date') }} as date) as window_end_date

    from {{ ref('int_campaign_sends') }}

),

-- whether they bought is known where the orders cover every day of the window
covered as (

    select
        contacts.*,
        contacts.first_sent_date >= bounds.first_order_date
        and contacts.window_end_date <= bounds.as_of_date as is_window_covered

    from contacts
    cross join {{ ref('int_as_of_date') }} as bounds

),

purchases as (

    select
        covered.customer_id,
        covered.campaign,
        sum(customer_days.order_count) as order_count,
        sum(customer_days.net_revenue) as net_revenue

    from covered
    inner join {{ ref('int_customer_days') }} as customer_days
        on
            covered.customer_id = customer_days.customer_id
            and customer_days.order_date between covered.first_sent_date and covered.window_end_date
    where covered.is_window_covered
    group by covered.customer_id, covered.campaign

),

final as (

    select
        {{ combined_key(['covered.campaign', 'covered.customer_id']) }} as campaign_contact_key,
        covered.customer_id,
        covered.campaign,
        covered.send_channel,
        covered.first_sent_date,
        covered.last_sent_date,
        covered.touch_count,
        covered.has_responded,
        covered.is_window_covered,
        case when covered.is_window_covered then coalesce(purchases.order_count, 0) > 0 end as has_purchased,
        case when covered.is_window_covered then cast(coalesce(purchases.net_revenue, 0) as decimal(18, 4)) end
            as window_net_revenue

    from covered
    left join purchases
        on covered.customer_id = purchases.customer_id and covered.campaign = purchases.campaign

)

select * from final
