with

fitted as (

    select * from {{ ref('int_attribute_clusters_fitted') }}
    where part = 'customer'

),

final as (

    select
        customer_id,
        cluster,
        status,
        status_reason

    from fitted

)

select * from final
