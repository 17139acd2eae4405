with

-- recency is 1 on the day of the order, a silence of lapse_days then ends on day lapse_days + 1
clusters as (

    select
        *,
        median_recency_days > {{ var('lapse_days') | int + 1 }} as is_gone,
        median_first_order_age_days <= shop_median_first_order_age_days / 3 as is_new,
        median_monetary_value > shop_median_monetary_value as is_above_median,
        median_monetary_value > shop_median_monetary_value
        and median_monetary_value >= 2 * shop_median_monetary_value as is_valuable

    from {{ ref('int_clusters_measured') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by clustering, is_gone, is_new, is_valuable
            order by median_monetary_value desc nulls last, cluster asc
        ) as value_rank

    from clusters

),

named as (

    select
        *,
        case
            when is_gone and is_valuable then 'lapsed_top'
            when is_gone and is_above_median then 'lapsed'
            when is_gone then 'churned'
            when is_new then 'new'
            when is_valuable and value_rank = 1 then 'top'
            when is_valuable then 'loyal'
            else 'casual'
        end as cluster_kind

    from ranked

),

numbered as (

    select
        *,
        row_number() over (partition by clustering, cluster_kind order by cluster) as kind_number

    from named

),

final as (

    select
        cluster_profile_key,
        clustering,
        cluster,
        case
            when kind_number = 1 then cluster_kind
            else cluster_kind || ' ' || cast(kind_number as {{ dbt.type_string() }})
        end as cluster_name,
        cluster_kind,
        customers,
        {{ ratio('customers', 'sum(customers) over (partition by clustering)') }} as customer_share,
        mean_recency_days,
        median_recency_days,
        mean_order_count,
        median_order_count,
        mean_first_order_age_days,
        median_first_order_age_days,
        mean_monetary_value,
        median_monetary_value,
        monetary_value,
        {{ ratio('monetary_value', 'sum(monetary_value) over (partition by clustering)') }} as monetary_share

    from numbered

)

select * from final
