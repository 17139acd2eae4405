"""Forecast from days gone by with every challenger, once for all tables that tell of them."""

import pyarrow

from clientele.backtest import CUTOFFS, DAYS, HISTORIES, Backtest
from clientele.model_tables import settings_of, stacked_parts

SCHEMA = pyarrow.schema(
    {
        "part_key": pyarrow.string(),
        "part": pyarrow.string(),
        "challenger": pyarrow.string(),
        "cutoff_number": pyarrow.int64(),
        "measure": pyarrow.string(),
        "customers": pyarrow.float64(),
        "predicted_total": pyarrow.float64(),
        "actual_total": pyarrow.float64(),
        "bias": pyarrow.float64(),
        "mean_absolute_error": pyarrow.float64(),
        "root_mean_squared_error": pyarrow.float64(),
        "spearman_correlation": pyarrow.float64(),
        "normalised_gini": pyarrow.float64(),
        "top_decile_share": pyarrow.float64(),
        "bucket_kind": pyarrow.string(),
        "bucket": pyarrow.string(),
        "lift": pyarrow.float64(),
        "week_number": pyarrow.int64(),
        "predicted_orders": pyarrow.float64(),
        "actual_orders": pyarrow.float64(),
        "status": pyarrow.string(),
        "status_reason": pyarrow.string(),
    }
)


def model(dbt, session):
    """Return one row per measured forecast, bucket of it and week of it."""
    dbt.config(materialized="table")
    settings = settings_of(dbt.ref("int_cluster_settings"), random_state="random_state")
    cutoffs = dbt.ref("int_backtest_cutoffs").order("cutoff_number")
    histories = dbt.ref("int_backtest_histories").order("history_date, customer_id")
    days = dbt.ref("int_backtest_days").order("history_date, order_date")
    backtest = Backtest(**settings).fit(
        cutoffs.project(", ".join((*CUTOFFS, "status_reason"))).df(),
        histories.project(", ".join(("history_date", *HISTORIES))).df(),
        days.project(", ".join(DAYS)).df(),
    )
    parts = {
        "metric": backtest.metrics_,
        "calibration": backtest.calibration_,
        "tracking": backtest.tracking_,
    }
    return stacked_parts(parts, SCHEMA)
