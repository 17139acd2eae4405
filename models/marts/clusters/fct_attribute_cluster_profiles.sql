with

fitted as (

    select * from {{ ref('int_attribute_clusters_fitted') }}
    where part = 'profile'

),

final as (

    select
        {{ combined_key(['cluster', 'variable', "coalesce(level, '')"]) }} as attribute_cluster_profile_key,
        cluster,
        cluster_customers,
        variable,
        level,
        customers,
        cluster_value,
        shop_value,
        difference,
        lift,
        standardised_difference,
        row_number() over (
            partition by cluster
            order by abs(standardised_difference) desc nulls last, variable asc, level asc nulls first
        ) as distinctiveness_rank

    from fitted

)

select * from final
