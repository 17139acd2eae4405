"""Fit BG/NBD and Gamma-Gamma to the order histories of all customers."""

import pyarrow

from clientele.lifetime_value import BetaGeoModel, GammaGammaModel, fitted_models_table

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
        "log_likelihood": pyarrow.float64(),
        "correlation_x_m": pyarrow.float64(),
        "fitted_to_actual_repeats": pyarrow.float64(),
    }
)


def model(dbt, session):
    """Return one row per parameter of either model."""
    dbt.config(materialized="table")
    summary = dbt.ref("int_btyd_summary").order("customer_id").df()
    table = fitted_models_table(BetaGeoModel().fit(summary), GammaGammaModel().fit(summary))
    return pyarrow.Table.from_pandas(table, schema=SCHEMA, preserve_index=False)
