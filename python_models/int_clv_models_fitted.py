"""Fit the lifetime-value models to the order histories of all customers."""

import pyarrow

from clientele import __version__
from clientele.lifetime_value import (
    BetaGeoModel,
    GammaGammaModel,
    ModifiedBetaGeoModel,
    fitted_models_table,
)

SCHEMA = pyarrow.schema(
    {
        "model": pyarrow.string(),
        "parameter": pyarrow.string(),
        "estimate": pyarrow.float64(),
        "standard_error": pyarrow.float64(),
        "status": pyarrow.string(),
        "status_reason": pyarrow.string(),
        "customers": pyarrow.int64(),
        "repeat_customers": pyarrow.int64(),
        "minimum_repeat_customers": pyarrow.int64(),
        "log_likelihood": pyarrow.float64(),
        "correlation_x_m": pyarrow.float64(),
        "fitted_to_actual_repeats": pyarrow.float64(),
        "rung": pyarrow.string(),
        "gradient": pyarrow.float64(),
        "condition": pyarrow.float64(),
        "passes": pyarrow.int64(),
        "model_version": pyarrow.string(),
        "trained_on_date": pyarrow.date32(),
    }
)


def model(dbt, session):
    """Return one row per parameter of each model."""
    dbt.config(materialized="table")
    summary = dbt.ref("int_clv_summary")
    histories = summary.aggregate(
        "repeat_order_days, age_at_last_order_days, customer_age_days, count(*) as customers"
    ).df()
    spends = summary.aggregate(
        "spend_order_days as repeat_order_days, mean_order_day_spend as mean_repeat_spend, "
        "count(*) as customers"
    ).df()
    table = fitted_models_table(
        BetaGeoModel().fit(histories),
        GammaGammaModel().fit(spends),
        mbg_nbd=ModifiedBetaGeoModel().fit(histories),
    )
    as_of = dbt.ref("int_as_of_date").project("as_of_date").fetchall()
    table["model_version"] = __version__
    table["trained_on_date"] = as_of[0][0] if as_of else None
    return pyarrow.Table.from_pandas(table, schema=SCHEMA, preserve_index=False)
