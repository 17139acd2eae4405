"""
Customer lifetime value: fit the models, hand the fits on as a table.

BG/NBD says how many orders a customer will still place, Gamma-Gamma what each will bring:

- `clientele.btyd_summary`: the input, its symbols and units;
- `clientele.btyd_models`, `clientele.btyd_spend`: the fits, their assumptions, their status;
- `clientele.btyd_predictions`: what parameters predict for each customer;
- `clientele.btyd_lookup`: the same as small tables for SQL, with the spread of the orders ahead.

All of it can be imported from here. In the warehouse the customers are scored by SQL, in the models
int_clv_parameters, int_clv_histories and int_clv_scored.
"""

import numpy as np
import pandas as pd

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
