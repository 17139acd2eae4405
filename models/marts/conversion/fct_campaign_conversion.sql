with

counts as (

    select
        *,
        max(answering_customers) over (partition by campaign) > 0 as has_answers

    from {{ ref('int_campaign_member_counts') }}

),

known as (

    select
        campaign_member_key as campaign_conversion_key,
        campaign,
        dimension,
        member,
        contacted_customers,
        case when has_answers then responding_customers end as responding_customers,
        eligible_customers,
        case when eligible_customers > 0 then purchasing_customers end as purchasing_customers,
        case when eligible_customers > 0 then net_revenue end as net_revenue

    from counts

),

rated as (

    select
        *,
        cast(responding_customers as double) / nullif(contacted_customers, 0) as response_rate,
        cast(purchasing_customers as double) / nullif(eligible_customers, 0) as purchase_rate,
        cast(net_revenue as double) / nullif(eligible_customers, 0) as net_revenue_per_contact

    from known

),

final as (

    select
        campaign_conversion_key,
        campaign,
        dimension,
        member,
        contacted_customers,
        responding_customers,
        response_rate,
        case
            when response_rate is not null
                then rank() over (partition by campaign, dimension order by response_rate desc nulls last)
        end as response_rate_rank,
        eligible_customers,
        purchasing_customers,
        purchase_rate,
        net_revenue,
        net_revenue_per_contact

    from rated

)

select * from final
