"""Fit who will be active and what they will spend, and score today's customers."""

import pyarrow

from clientele.customer_scores import CustomerScores
from clientele.model_tables import stacked_parts

SCHEMA = pyarrow.schema(
    {
        "part_key": pyarrow.string(),
        "part": pyarrow.string(),
        "customer_id": pyarrow.string(),
        "purchase_probability_next_period": pyarrow.float64(),
        "expected_spend": pyarrow.float64(),
        "score": pyarrow.float64(),
        "model_version": pyarrow.string(),
        "model": pyarrow.string(),
        "term": pyarrow.string(),
        "estimate": pyarrow.float64(),
        "standard_error": pyarrow.float64(),
        "z_value": pyarrow.float64(),
        "p_value": pyarrow.float64(),
        "evaluation": pyarrow.string(),
        "customers": pyarrow.int64(),
        "active_customers": pyarrow.int64(),
        "log_likelihood": pyarrow.float64(),
        "aic": pyarrow.float64(),
        "auc": pyarrow.float64(),
        "brier_score": pyarrow.float64(),
        "r_squared": pyarrow.float64(),
        "residual_standard_error": pyarrow.float64(),
        "smearing_factor": pyarrow.float64(),
        "predicted_total": pyarrow.float64(),
        "actual_total": pyarrow.float64(),
        "ranked_by": pyarrow.string(),
        "decile": pyarrow.int64(),
        "expected_active_customers": pyarrow.float64(),
        "actual_spend": pyarrow.float64(),
        "status": pyarrow.string(),
        "status_reason": pyarrow.string(),
    }
)


def model(dbt, session):
    """Return one row per customer, term, model judged, and tenth of the customers."""
    dbt.config(materialized="table")
    customers = dbt.ref("int_score_customers").order("customer_id").df()
    scores = CustomerScores().fit(customers)
    parts = {
        "customer": scores.scores_,
        "coefficient": scores.coefficients_,
        "model": scores.models_,
        "decile": scores.deciles_,
    }
    return stacked_parts(parts, SCHEMA)
