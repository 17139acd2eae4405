"""Predict what a customer who is alive will do, once for each pair of repeat orders and age."""

import pyarrow

from clientele.btyd_lookup import DAYS, MONTHS, WEEKS, prediction_lookup
from clientele.lifetime_value import BetaGeoParameters

PREDICTIONS = (
    *(f"expected_orders_if_alive_{weeks}w" for weeks in WEEKS),
    *(f"purchase_probability_if_alive_{days}d" for days in DAYS),
    *(f"discounted_orders_if_alive_{months}m" for months in MONTHS),
)
SCHEMA = pyarrow.schema(
    {
        "repeat_order_days": pyarrow.int64(),
        "customer_age_days": pyarrow.int64(),
        **dict.fromkeys(PREDICTIONS, pyarrow.float64()),
    }
)


def model(dbt, session):
    """Return one row per pair; none where the status is fallback."""
    dbt.config(materialized="table")
    inputs = (
        dbt.ref("int_clv_parameters")
        .filter("r is not null")
        .project("as_of_date, annual_discount_rate, r, alpha, a, b")
        .fetchall()
    )
    if not inputs:
        return SCHEMA.empty_table()
    as_of_date, annual_discount_rate, *parameters = inputs[0]
    pairs = dbt.ref("int_clv_summary").project("repeat_order_days, customer_age_days").distinct()
    ahead = dbt.ref("int_clv_clock").filter("days_ahead >= 0")
    passed = dict(ahead.project("days_ahead, clock_days").fetchall())
    table = prediction_lookup(
        BetaGeoParameters(*parameters),
        pairs.df(),
        as_of_date,
        annual_discount_rate,
        clock=passed.__getitem__,
    )
    return pyarrow.Table.from_pandas(table, schema=SCHEMA, preserve_index=False)
