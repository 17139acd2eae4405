with

clustered as (

    select
        clusters.cluster,
        cast(sum(rfm.monetary_value) as decimal(18, 4)) as monetary_value

    from {{ ref('fct_customer_clusters') }} as clusters
    inner join {{ ref('fct_customer_rfm') }} as rfm
        on clusters.customer_id = rfm.customer_id
    where clusters.cluster is not null
    group by clusters.cluster

),

profiles as (

    select * from {{ ref('fct_cluster_profiles') }}
    where clustering = 'k_means'

),

differing as (

    select
        clustered.cluster,
        clustered.monetary_value as customers_monetary_value,
        profiles.monetary_value

    from clustered
    full outer join profiles
        on clustered.cluster = profiles.cluster
    where clustered.monetary_value is distinct from profiles.monetary_value

)

select * from differing
