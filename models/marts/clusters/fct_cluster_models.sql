with

learnt as (

    select * from {{ ref('int_clusters_fitted') }}
    where part = 'model'

),

final as (

    select
        number as cluster_count,
        max(estimate) filter (where measure = 'inertia') as inertia,
        max(estimate) filter (where measure = 'silhouette') as silhouette,
        max(estimate) filter (where measure = 'calinski_harabasz') as calinski_harabasz,
        max(estimate) filter (where measure = 'davies_bouldin') as davies_bouldin,
        max(estimate) filter (where measure = 'stability_ari') as stability_ari,
        max(estimate) filter (where measure = 'is_chosen') = 1 as is_chosen,
        max(sentence) filter (where measure = 'why') as why

    from learnt
    group by number

)

select * from final
