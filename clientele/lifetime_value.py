"""
Customer lifetime value: fit two models, hand the fits on as a table, score every customer by it.

BG/NBD says how many orders a customer will still place, Gamma-Gamma what each will bring:

- `clientele.btyd_summary`: the input, its symbols and units;
- `clientele.btyd_models`, `clientele.btyd_spend`: the fits, their assumptions, their status;
- `clientele.btyd_predictions`: what parameters predict for each customer;
- `clientele.btyd_lookup`: the same as small tables for SQL, and the spread of the orders ahead.

All of it can be imported from here. When Gamma-Gamma falls back although enough customers came
back, scoring expects the mean spend of all repeat days from everyone, with status warn; when too
few did, there is no spend to predict, and so no lifetime value.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from clientele.btyd_gates import FALLBACK, MINIMUM_REPEAT_CUSTOMERS, OK, WARN
from clientele.btyd_models import BetaGeoModel, ModifiedBetaGeoModel, ParetoModel
from clientele.btyd_predictions import (
    BetaGeoParameters,
    GammaGammaParameters,
    ModifiedBetaGeoParameters,
    ParetoParameters,
    discounted_clv,
    expected_order_value,
    expected_orders,
    expected_orders_of_new_customer,
    pooled_order_value,
    probability_alive,
    purchase_probability,
)
from clientele.btyd_spend import GammaGammaModel
from clientele.btyd_summary import SUMMARY, read_history
from clientele.checks import require_columns

__all__ = [
    "BetaGeoModel",
    "BetaGeoParameters",
    "GammaGammaModel",
    "GammaGammaParameters",
    "ModifiedBetaGeoModel",
    "ModifiedBetaGeoParameters",
    "ParetoModel",
    "ParetoParameters",
    "discounted_clv",
    "expected_order_value",
    "expected_orders",
    "expected_orders_of_new_customer",
    "fitted_models_table",
    "pooled_order_value",
    "probability_alive",
    "purchase_probability",
    "score_customers",
]

UNUSABLE_HISTORY = "The order history is incomplete or contradicts itself."
PREDICTIONS = [
    "expected_orders",
    "probability_alive",
    "purchase_probability",
    "expected_order_value",
    "customer_lifetime_value",
]


def fitted_models_table(bg_nbd, gamma_gamma, **challengers):
    """
    Fitted models as one long table.

    Parameters
    ----------
    bg_nbd : BetaGeoModel
        Fitted.
    gamma_gamma : GammaGammaModel
        Fitted.
    **challengers : BetaGeoModel
        Others that are fitted, by the name they get in the table.

    Returns
    -------
    pandas.DataFrame
        One row per parameter of each: ``model`` ("bg_nbd", "gamma_gamma" or a name given),
        ``parameter``, ``estimate``, ``standard_error``, ``status``, ``status_reason``,
        ``customers``, ``repeat_customers``, ``minimum_repeat_customers`` (needed for a fit),
        ``log_likelihood``, ``correlation_x_m`` (Spearman, Gamma-Gamma only),
        ``fitted_to_actual_repeats`` (not Gamma-Gamma), and how the fit went: ``rung``,
        ``gradient``, ``condition`` and ``passes``. What does not apply is missing.

    Examples
    --------
    >>> summary = pd.DataFrame(
    ...     {
    ...         "repeat_order_days": [0],
    ...         "age_at_last_order_days": [0],
    ...         "customer_age_days": [30],
    ...         "mean_repeat_spend": [None],
    ...     }
    ... )
    >>> table = fitted_models_table(BetaGeoModel().fit(summary), GammaGammaModel().fit(summary))
    >>> table["parameter"].tolist()
    ['r', 'alpha', 'a', 'b', 'p', 'q', 'v']
    >>> table["status"].unique().tolist()
    ['fallback']
    """
    rows = [
        {
            "model": name,
            "parameter": parameter,
            "estimate": getattr(model.parameters_, parameter, np.nan),
            "standard_error": getattr(model.standard_errors_, parameter, np.nan),
            "status": model.status_,
            "status_reason": model.status_reason_,
            "customers": model.customers_,
            "repeat_customers": model.repeat_customers_,
            "minimum_repeat_customers": model.minimum_repeat_customers,
            "log_likelihood": model.log_likelihood_,
            "correlation_x_m": getattr(model, "spearman_correlation_", np.nan),
            "fitted_to_actual_repeats": getattr(model, "fitted_to_actual_repeats_", np.nan),
            "rung": model.rung_,
            "gradient": model.gradient_,
            "condition": model.condition_,
            "passes": model.passes_,
        }
        for name, model in {"bg_nbd": bg_nbd, "gamma_gamma": gamma_gamma, **challengers}.items()
        for parameter in model.parameters_type._fields
    ]
    return pd.DataFrame(rows).astype({"status_reason": object})


def score_customers(
    summary, fitted_models, as_of_date, annual_discount_rate, horizon_days=182, months=6
):
    """
    Score every customer with both models.

    Parameters
    ----------
    summary : pandas.DataFrame
        One row per customer: ``customer_id``, x, t_x, T (days) and m (money).
    fitted_models : pandas.DataFrame
        As from `fitted_models_table`.
    as_of_date : datetime.date
        The day the summary ends.
    annual_discount_rate : float
        Yearly rate for the lifetime value.
    horizon_days : int, default=182
        How far ahead orders are expected.
    months : int, default=6
        How many calendar months the lifetime value covers.

    Returns
    -------
    pandas.DataFrame
        One row per row of the summary, in its order: ``customer_id``, ``expected_orders``,
        ``probability_alive``, ``purchase_probability``, ``expected_order_value``,
        ``customer_lifetime_value``, ``status`` and ``status_reason``. Where the status is fallback
        all five predictions are missing, unless the models were told to guess
        (``heuristic=True``); else none is.
    """
    require_columns(summary, ["customer_id"], SUMMARY)
    bg_nbd = _read_fitted_model(fitted_models, "bg_nbd", BetaGeoParameters)
    gamma_gamma = _read_fitted_model(fitted_models, "gamma_gamma", GammaGammaParameters)
    order_value, spend_status, spend_reason = _order_value(gamma_gamma, summary)
    status = max(bg_nbd.status, spend_status, key=(OK, WARN, FALLBACK).index)
    reasons = [("Orders", bg_nbd.reason), ("Spend", spend_reason)]
    if pd.isna(as_of_date):
        status = FALLBACK
        reasons.append(("Time", "There is no as-of date."))
    reason = " ".join(f"{about}: {reason}" for about, reason in reasons if reason) or None

    scores = pd.DataFrame({"customer_id": summary["customer_id"].to_numpy()})
    if bg_nbd.parameters is None or order_value is None or pd.isna(as_of_date):
        scores[PREDICTIONS] = np.nan
    else:
        parameters = bg_nbd.parameters
        scores["expected_orders"] = expected_orders(parameters, summary, horizon_days)
        scores["probability_alive"] = probability_alive(parameters, summary)
        scores["purchase_probability"] = purchase_probability(parameters, summary, horizon_days)
        scores["expected_order_value"] = order_value
        scores["customer_lifetime_value"] = discounted_clv(
            parameters, summary, order_value, months, annual_discount_rate, as_of_date
        )
    usable = read_history(summary)["usable"].to_numpy()
    scores.loc[~usable, PREDICTIONS] = np.nan
    scores["status"] = np.where(usable, status, FALLBACK)
    scores["status_reason"] = np.where(usable, reason, UNUSABLE_HISTORY)
    return scores


def _order_value(gamma_gamma, summary):
    """Return the expected order value with its status and reason."""
    if gamma_gamma.parameters is not None:
        value = expected_order_value(gamma_gamma.parameters, summary)
        return value, gamma_gamma.status, gamma_gamma.reason
    if gamma_gamma.repeat_customers < MINIMUM_REPEAT_CUSTOMERS:
        return None, FALLBACK, gamma_gamma.reason
    reason = f"{gamma_gamma.reason} Everybody is given the mean spend of all repeat days instead."
    return pooled_order_value(summary), WARN, reason


class _FittedModel(NamedTuple):
    parameters: tuple | None
    status: str
    reason: str | None
    repeat_customers: int


def _read_fitted_model(table, model, parameters_type):
    """Take one model out of the long table."""
    needed = ["model", "parameter", "estimate", "status", "status_reason", "repeat_customers"]
    require_columns(table, needed, "the table of fitted models")
    rows = table[table["model"] == model].set_index("parameter")
    if sorted(rows.index) != sorted(parameters_type._fields):
        raise ValueError(
            f"the table of fitted models must have one row for each of "
            f"{', '.join(parameters_type._fields)} of {model}; it has: "
            f"{', '.join(rows.index) or 'none'}."
        )
    first = rows.iloc[0]
    status = first["status"]
    estimates = rows["estimate"].astype(float)
    parameters = None if estimates.isna().any() else parameters_type(**estimates)
    reason = None if pd.isna(first["status_reason"]) else first["status_reason"]
    return _FittedModel(parameters, status, reason, int(first["repeat_customers"]))
