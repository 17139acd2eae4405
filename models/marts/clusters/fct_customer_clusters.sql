with

clusters as (

    select * from {{ ref('int_customer_clusters') }}

),

final as (

    select
        customer_id,
        cluster,
        status,
        status_reason

    from clusters

)

select * from final
