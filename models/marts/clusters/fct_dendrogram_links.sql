with

fitted as (

    select * from {{ ref('int_hierarchical_clusters_fitted') }}
    where part = 'link'

),

final as (

    select
        row_number() over (order by merge_height desc, position asc) as link_number,
        cluster,
        customers,
        position,
        left_position,
        right_position,
        left_height,
        right_height,
        merge_height

    from fitted

)

select * from final
