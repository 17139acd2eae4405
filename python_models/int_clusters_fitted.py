"""Fit k-means to the behaviour of all customers, and choose how many clusters there are."""

import pyarrow

from clientele.clustering import BehaviourClusters
from clientele.model_tables import settings_of

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
    clusters = BehaviourClusters().set_params(
        **settings_of(
            dbt.ref("int_cluster_settings"),
            n_clusters="n_clusters",
            min_clusters="min_clusters",
            max_clusters="max_clusters",
            stability_floor="cluster_stability_floor",
            random_state="random_state",
        )
    )
    customers = dbt.ref("int_orders_aggregated_to_customer").filter("order_count > 0")
    measures = customers.project(
        "recency_days, order_count, cast(monetary_value as double) as monetary_value"
    )
    table = clusters.fit(measures.df()).to_table()
    return pyarrow.Table.from_pandas(table, schema=SCHEMA, preserve_index=False)
