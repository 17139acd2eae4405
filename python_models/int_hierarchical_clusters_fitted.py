"""Merge customers into hierarchical clusters, once for all tables that tell of them."""

import pyarrow

from clientele.hierarchical_clustering import HierarchicalClusters
from clientele.model_tables import settings_of, stacked_parts

SCHEMA = pyarrow.schema(
    {
        "part_key": pyarrow.string(),
        "part": pyarrow.string(),
        "customer_id": pyarrow.string(),
        "cluster": pyarrow.int64(),
        "is_in_sample": pyarrow.bool_(),
        "n_clusters": pyarrow.int64(),
        "is_chosen": pyarrow.bool_(),
        "linkage": pyarrow.string(),
        "method": pyarrow.string(),
        "customers": pyarrow.int64(),
        "leaf_count": pyarrow.int64(),
        "judged_customers": pyarrow.int64(),
        "silhouette": pyarrow.float64(),
        "calinski_harabasz": pyarrow.float64(),
        "davies_bouldin": pyarrow.float64(),
        "agreement": pyarrow.float64(),
        "position": pyarrow.float64(),
        "left_position": pyarrow.float64(),
        "right_position": pyarrow.float64(),
        "left_height": pyarrow.float64(),
        "right_height": pyarrow.float64(),
        "merge_height": pyarrow.float64(),
        "status": pyarrow.string(),
        "status_reason": pyarrow.string(),
    }
)


def model(dbt, session):
    """Return one row per customer, number of clusters tried, link and leaf of the dendrogram."""
    dbt.config(materialized="table")
    clusters = HierarchicalClusters().set_params(
        **settings_of(
            dbt.ref("int_cluster_settings"),
            features="hierarchical_features",
            n_clusters="n_hierarchical_clusters",
            linkage="hierarchical_linkage",
            exact_up_to="hierarchical_exact_up_to",
            beyond="hierarchical_beyond",
            min_clusters="min_clusters",
            max_clusters="max_clusters",
        )
    )
    read = {feature.split(" ")[-1] for feature in clusters.features} | {clusters.value}
    # by length first, so that a sample takes numbers in their order
    customers = (
        dbt.ref("int_orders_aggregated_to_customer")
        .filter("order_count > 0")
        .order("length(customer_id), customer_id")
        .project(
            "customer_id, "
            + ", ".join(f"cast({name} as double) as {name}" for name in sorted(read))
        )
        .df()
    )
    clusters.fit(customers)
    parts = {
        "customer": customers[["customer_id"]].join(clusters.assignments_),
        "model": clusters.models_,
        "link": clusters.links_,
        "leaf": clusters.leaves_,
    }
    return stacked_parts(parts, SCHEMA)
