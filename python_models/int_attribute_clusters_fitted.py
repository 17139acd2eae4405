"""Cluster customers by behaviour and attributes, once for all tables that tell of the clusters."""

import pandas as pd
import pyarrow

from clientele.mixed_clustering import MixedClusters
from clientele.model_tables import settings_of, stacked_parts

SCHEMA = pyarrow.schema(
    {
        "part_key": pyarrow.string(),
        "part": pyarrow.string(),
        "customer_id": pyarrow.string(),
        "cluster": pyarrow.int64(),
        "cluster_customers": pyarrow.int64(),
        "n_clusters": pyarrow.int64(),
        "is_chosen": pyarrow.bool_(),
        "customers": pyarrow.int64(),
        "taught_customers": pyarrow.int64(),
        "judged_customers": pyarrow.int64(),
        "component_count": pyarrow.int64(),
        "explained_ratio": pyarrow.float64(),
        "inertia": pyarrow.float64(),
        "silhouette": pyarrow.float64(),
        "calinski_harabasz": pyarrow.float64(),
        "davies_bouldin": pyarrow.float64(),
        "variable": pyarrow.string(),
        "is_behaviour": pyarrow.bool_(),
        "is_number": pyarrow.bool_(),
        "is_used": pyarrow.bool_(),
        "known_customers": pyarrow.int64(),
        "level_count": pyarrow.int64(),
        "merged_level_count": pyarrow.int64(),
        "reason": pyarrow.string(),
        "level": pyarrow.string(),
        "cluster_value": pyarrow.float64(),
        "shop_value": pyarrow.float64(),
        "difference": pyarrow.float64(),
        "lift": pyarrow.float64(),
        "standardised_difference": pyarrow.float64(),
        "status": pyarrow.string(),
        "status_reason": pyarrow.string(),
    }
)


def model(dbt, session):
    """Return one row per customer, number of clusters tried, variable, and line of a profile."""
    dbt.config(materialized="table")
    clusters = MixedClusters().set_params(
        **settings_of(
            dbt.ref("int_cluster_settings"),
            n_clusters="n_attribute_clusters",
            min_clusters="min_clusters",
            max_clusters="max_clusters",
            random_state="random_state",
        )
    )
    wanted = settings_of(dbt.ref("int_cluster_settings"), names="attribute_cluster_attributes")
    given = dbt.ref("int_customer_cluster_variables")
    customers = given.aggregate("customer_id").order("customer_id").df()["customer_id"]
    kinds = dict(given.aggregate("variable, bool_and(is_number)").order("variable").fetchall())
    table = pd.DataFrame(index=pd.Index(customers))
    asked = [name for name in wanted.get("names", []) if name not in kinds]
    for name in [*kinds, *asked]:
        quoted = name.replace("'", "''")
        column = "number_value" if kinds.get(name, True) else "text_value"
        rows = (
            given.filter(f"variable = '{quoted}'").project(f"customer_id, {column} as given").df()
        )
        table[name] = rows.set_index("customer_id")["given"].reindex(customers)
    clusters.fit(table)
    parts = {
        "customer": clusters.assignments_.rename_axis("customer_id").reset_index(),
        "model": clusters.models_,
        "variable": clusters.variables_,
        "profile": clusters.profiles_,
    }
    return stacked_parts(parts, SCHEMA)
