"""Fit k-means to the behaviour of all customers, and choose how many clusters there are."""

import pyarrow

from clientele.clustering import BehaviourClusters

SCHEMA = pyarrow.schema(
    {
        "part": pyarrow.string(),
        "number": pyarrow.int64(),
        "feature": pyarrow.string(),
        "measure": pyarrow.string(),
        "estimate": pyarrow.float64(),
        "sentence": pyarrow.string(),
    }
)


def model(dbt, session):
    """Return one row per thing that was learnt."""
    dbt.config(materialized="table")
    clusters = BehaviourClusters(
        n_clusters=dbt.config.meta_get("n_clusters"),
        min_clusters=dbt.config.meta_get("min_clusters"),
        max_clusters=dbt.config.meta_get("max_clusters"),
        stability_floor=dbt.config.meta_get("cluster_stability_floor"),
        random_state=dbt.config.meta_get("random_state"),
    )
    customers = dbt.ref("int_orders_aggregated_to_customer").filter("order_count > 0")
    measures = customers.project(
        "recency_days, order_count, cast(monetary_value as double) as monetary_value"
    )
    table = clusters.fit(measures.df()).to_table()
    return pyarrow.Table.from_pandas(table, schema=SCHEMA, preserve_index=False)
