"""Say what the next 12 months and some years would bring if customers behaved otherwise."""

import pyarrow

from clientele.lifetime_value import BetaGeoParameters, GammaGammaParameters
from clientele.model_tables import settings_of
from clientele.what_if import BOUNDS, EXPECTED, WhatIf
from clientele.what_if_scenarios import LEVERS, clock_ahead, newcomers_by_month

INPUTS = "r, alpha, a, b, p, q, v, mean_repeat_day_spend, annual_discount_rate, interval_tail"
HISTORY = (
    "repeat_order_days, age_at_last_order_days, customer_age_days, spend_order_days, "
    "mean_order_day_spend"
)
SCHEMA = pyarrow.schema(
    {
        "scenario_key": pyarrow.string(),
        **{f"{lever}_change": pyarrow.float64() for lever in LEVERS},
        "is_asked": pyarrow.bool_(),
        "acquisition_days": pyarrow.int64(),
        **dict.fromkeys((*EXPECTED, *BOUNDS), pyarrow.float64()),
    }
)


def model(dbt, session):
    """Return one row per scenario; expectations and bounds are null where nothing was fitted."""
    dbt.config(materialized="table")
    settings = settings_of(
        dbt.ref("int_what_if_settings"),
        changes="what_if_changes",
        asked="what_if",
        equity_years="what_if_equity_years",
        random_state="random_state",
    )
    inputs = dbt.ref("int_clv_parameters").project(f"{INPUTS}, as_of_date").fetchall()
    summary = dbt.ref("int_clv_summary").order("customer_id").project(HISTORY).df()
    days = dbt.ref("int_purchases_daily").order("order_date").df()
    clock_days = dbt.ref("int_clv_clock").filter("days_ahead >= 0")
    passed = dict(clock_days.project("days_ahead, clock_days").fetchall())
    if not settings or not inputs:
        return SCHEMA.empty_table()
    *parameters, discount_rate, tail, as_of_date = inputs[0]
    orders, spend, mean_spend = parameters[:4], parameters[4:7], parameters[7]
    what_if = WhatIf(annual_discount_rate=discount_rate, interval_tail=tail, **settings)
    newcomers, known_days = newcomers_by_month(days, as_of_date) if len(days) else (None, None)
    table = what_if.fit(
        summary,
        None if orders[0] is None else BetaGeoParameters(*orders),
        mean_spend if spend[0] is None else GammaGammaParameters(*spend),
        newcomers,
        as_of_date,
        # a shop without orders has no clock, and nothing that it would be asked for
        clock=clock_ahead(passed) if passed else float,
    ).table_
    table["acquisition_days"] = known_days
    return pyarrow.Table.from_pandas(table, schema=SCHEMA, preserve_index=False)
