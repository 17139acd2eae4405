"""Put every customer in the behavioural cluster with the nearest centre."""

import pyarrow

from clientele.clustering import BehaviourClusters

SCHEMA = pyarrow.schema(
    {
        "cluster": pyarrow.int64(),
        "pca_1": pyarrow.float64(),
        "pca_2": pyarrow.float64(),
        "pca_3": pyarrow.float64(),
        "status": pyarrow.string(),
        "status_reason": pyarrow.string(),
    }
)


def model(dbt, session):
    """Return one row per customer with an order."""
    dbt.config(materialized="table")
    clusters = BehaviourClusters.from_table(dbt.ref("int_clusters_fitted").df())
    customers = dbt.ref("int_orders_aggregated_to_customer").filter("order_count > 0")
    customers = customers.order("customer_id").project(
        "customer_id, recency_days, order_count, cast(monetary_value as double) as monetary_value"
    )
    # the ids stay in Arrow: as Python objects, a million of them would take most of the memory
    customers = customers.to_arrow_table()
    assigned = clusters.assign(customers.drop_columns("customer_id").to_pandas())
    table = pyarrow.Table.from_pandas(assigned, schema=SCHEMA, preserve_index=False)
    return table.add_column(0, "customer_id", customers["customer_id"])
