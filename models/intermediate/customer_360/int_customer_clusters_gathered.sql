with

customers as (

    select customer_id from {{ ref('dim_customers') }}

),

k_means as (

    select * from {{ ref('fct_customer_clusters') }}

),

hierarchical as (

    select * from {{ ref('fct_customer_hierarchical_clusters') }}

),

by_attributes as (

    select * from {{ ref('fct_customer_attribute_clusters') }}

),

final as (

    select
        customers.customer_id,
        k_means.cluster as k_means_cluster,
        k_means.cluster_name as k_means_cluster_name,
        k_means.status as k_means_status,
        hierarchical.cluster as hierarchical_cluster,
        hierarchical.cluster_name as hierarchical_cluster_name,
        hierarchical.status as hierarchical_cluster_status,
        by_attributes.cluster as attribute_cluster,
        by_attributes.status as attribute_cluster_status

    from customers
    left join k_means
        on customers.customer_id = k_means.customer_id
    left join hierarchical
        on customers.customer_id = hierarchical.customer_id
    left join by_attributes
        on customers.customer_id = by_attributes.customer_id

)

select * from final
