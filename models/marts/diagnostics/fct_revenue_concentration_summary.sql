with

ranked as (

    select * from {{ ref('int_revenue_ranked') }}

),

totals as (

    select
        entity,
        count(*) as entities,
        sum(net_revenue) as net_revenue,
        sum(shared_revenue) as shared_revenue,
        count(*) filter (where net_revenue < 0) as negative_entities,
        count(*) filter (where net_revenue = 0) as zero_entities,
        sum(shared_revenue * revenue_rank) as rank_weighted_revenue

    from ranked
    group by entity

),

-- everybody before whom less than 80 % was reached
largest as (

    select
        ranked.entity,
        count(*) as entities_with_80_percent

    from ranked
    inner join totals
        on ranked.entity = totals.entity
    where 10 * (ranked.cumulative_revenue - ranked.shared_revenue) < 8 * totals.shared_revenue
    group by ranked.entity

),

shares as (

    select
        entity,
        max(case when percentile = 1 then cumulative_revenue_share end) as top_1_percent_share,
        max(case when percentile = 5 then cumulative_revenue_share end) as top_5_percent_share,
        max(case when percentile = 10 then cumulative_revenue_share end) as top_10_percent_share,
        max(case when percentile = 20 then cumulative_revenue_share end) as top_20_percent_share

    from {{ ref('fct_revenue_concentration') }}
    group by entity

),

-- Gini of n revenues in falling order: (n + 1) / n - 2 * sum of rank * revenue / (n * sum of revenue)
final as (

    select
        totals.entity,
        totals.entities,
        cast(totals.net_revenue as decimal(18, 4)) as net_revenue,
        totals.negative_entities,
        totals.zero_entities,
        cast(totals.shared_revenue as decimal(18, 4)) as shared_revenue,
        cast(
            (totals.entities + 1) * totals.shared_revenue - 2 * totals.rank_weighted_revenue as double
        ) / nullif(cast(totals.entities * totals.shared_revenue as double), 0) as gini,
        shares.top_1_percent_share,
        shares.top_5_percent_share,
        shares.top_10_percent_share,
        shares.top_20_percent_share,
        coalesce(largest.entities_with_80_percent, 0) as entities_with_80_percent

    from totals
    left join shares
        on totals.entity = shares.entity
    left join largest
        on totals.entity = largest.entity

)

select * from final
