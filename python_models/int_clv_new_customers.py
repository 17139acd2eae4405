"""Expect of a customer who is acquired on the as-of date what the published model does."""

import pyarrow

from clientele.btyd_predictions import expected_orders_of_new_customer
from clientele.lifetime_value import BetaGeoParameters

LAST_DAY = 104 * 7
SCHEMA = pyarrow.schema(
    {"days_since_first_order": pyarrow.int64(), "expected_repeat_orders": pyarrow.float64()}
)


def model(dbt, session):
    """Return one row per day of the next 104 weeks; none where the status is fallback."""
    dbt.config(materialized="table")
    parameters = (
        dbt.ref("int_clv_parameters").filter("r is not null").project("r, alpha, a, b").fetchall()
    )
    if not parameters:
        return SCHEMA.empty_table()
    ahead = dbt.ref("int_clv_clock").filter(f"days_ahead between 1 and {LAST_DAY}")
    clock = ahead.order("days_ahead").df()
    orders = expected_orders_of_new_customer(BetaGeoParameters(*parameters[0]), clock["clock_days"])
    return pyarrow.table([clock["days_ahead"], orders], schema=SCHEMA)
