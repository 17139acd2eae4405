"""Put every customer in a behavioural cluster."""

import pyarrow

from clientele.clustering import BehaviourClusters

SCHEMA = pyarrow.schema(
    {
        "customer_id": pyarrow.string(),
        "cluster": pyarrow.int64(),
        "status": pyarrow.string(),
        "status_reason": pyarrow.string(),
    }
)


def model(dbt, session):
    """Return one row per customer with an order."""
    dbt.config(materialized="table")
    clusters = BehaviourClusters(
        n_clusters=dbt.config.meta_get("n_clusters"),
        random_state=dbt.config.meta_get("random_state"),
    )
    customers = dbt.ref("int_orders_aggregated_to_customer").filter("order_count > 0")
    customers = customers.order("customer_id").df()
    assignments = clusters.fit(customers).assignments_
    assignments.insert(0, "customer_id", customers["customer_id"])
    return pyarrow.Table.from_pandas(assignments, schema=SCHEMA, preserve_index=False)
