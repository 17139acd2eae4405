"""Tabulate the chance of more than 0, 1, … orders in 26 weeks of a customer who is alive."""

import pyarrow

from clientele.btyd_lookup import more_orders_lookup
from clientele.lifetime_value import BetaGeoParameters

SCHEMA = pyarrow.schema(
    {
        "repeat_order_days": pyarrow.int64(),
        "customer_age_days": pyarrow.int64(),
        "orders": pyarrow.int64(),
        "probability_of_more_if_alive": pyarrow.float64(),
    }
)


def model(dbt, session):
    """Return one row per pair of repeat orders and age and number of orders, as far as needed."""
    dbt.config(materialized="table")
    inputs = (
        dbt.ref("int_clv_parameters")
        .filter("r is not null")
        .project("interval_tail, r, alpha, a, b")
        .fetchall()
    )
    if not inputs:
        return SCHEMA.empty_table()
    tail, *parameters = inputs[0]
    pairs = dbt.ref("int_clv_summary").project("repeat_order_days, customer_age_days").distinct()
    passed = dbt.ref("int_clv_clock").filter("days_ahead = 26 * 7").project("clock_days").fetchall()
    table = more_orders_lookup(
        BetaGeoParameters(*parameters), pairs.df(), horizon_days=passed[0][0], smallest=tail
    )
    return pyarrow.Table.from_pandas(table, schema=SCHEMA, preserve_index=False)
