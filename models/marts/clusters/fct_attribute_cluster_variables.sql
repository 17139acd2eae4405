with

fitted as (

    select * from {{ ref('int_attribute_clusters_fitted') }}
    where part = 'variable'

),

final as (

    select
        variable,
        is_behaviour,
        is_number,
        is_used,
        known_customers,
        level_count,
        merged_level_count,
        reason

    from fitted

)

select * from final
