"""Tell the time of the published model: calendar days, or those of the seasonal clock."""

import pyarrow

from clientele.lifetime_value import BetaGeoModel
from clientele.seasonal_clock import SeasonalClock

FURTHEST_DAYS = 750
SCHEMA = pyarrow.schema({"days_ahead": pyarrow.int64(), "clock_days": pyarrow.float64()})


def model(dbt, session):
    """Return one row per calendar day from the first purchase to two years ahead."""
    dbt.config(materialized="table")
    summary = dbt.ref("int_btyd_summary")
    as_of = dbt.ref("int_as_of_date").project("as_of_date").fetchall()
    oldest = summary.aggregate("max(customer_age_days)").fetchall()[0][0]
    if not as_of or oldest is None:
        return SCHEMA.empty_table()
    clock = SeasonalClock()
    champion = dbt.ref("int_clv_champion").project("has_seasonal_clock").fetchall()
    if champion and champion[0][0]:
        histories = summary.aggregate(
            "repeat_order_days, age_at_last_order_days, customer_age_days, count(*) as customers"
        ).df()
        fitted = BetaGeoModel().fit(histories)
        if fitted.parameters_ is not None:
            days = dbt.ref("int_purchases_daily").order("order_date").df()
            clock.fit(days, fitted.parameters_, as_of[0][0])
    table = clock.table(as_of[0][0], oldest, FURTHEST_DAYS)
    return pyarrow.Table.from_pandas(table, schema=SCHEMA, preserve_index=False)
