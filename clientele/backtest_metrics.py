"""
How good a forecast per customer was: totals, errors, ranking, calibration.

Ties are shared out: of customers with equal forecasts none comes first, so that the order of the
rows has no say and a forecast that is equal for all ranks as chance does.
"""

import numpy as np
import pandas as pd
from scipy.stats import rankdata

DECILES = 10
BUCKETS = (("0", 0, 0), ("1", 1, 1), ("2", 2, 2), ("3", 3, 3), ("4-6", 4, 6), ("7+", 7, np.inf))


def gains(predicted, actual):
    """
    Cumulate customers, forecast and outcome from the highest forecast down.

    Parameters
    ----------
    predicted, actual : array_like of shape (n,)
        Forecast and outcome per customer.

    Returns
    -------
    customers, predicted, actual : ndarray
        Cumulative sums at the end of each group of equal forecasts, each starting with 0.

    Examples
    --------
    >>> customers, predicted, actual = gains([1, 5, 1], [2, 9, 0])
    >>> customers.tolist(), predicted.tolist(), actual.tolist()
    ([0.0, 1.0, 3.0], [0.0, 5.0, 7.0], [0.0, 9.0, 11.0])
    """
    predicted, actual = np.asarray(predicted, dtype=float), np.asarray(actual, dtype=float)
    order = np.lexsort([-actual, -predicted])
    predicted, actual = predicted[order], actual[order]
    last = np.append(np.flatnonzero(np.diff(predicted)), len(predicted) - 1)
    return tuple(
        np.append(0.0, np.cumsum(column)[last])
        for column in (np.ones(len(predicted)), predicted, actual)
    )


def gini(predicted, actual):
    """
    Area between the gains curve of a forecast and chance, as a share of what is possible.

    Parameters
    ----------
    predicted, actual : array_like of shape (n,)
        Forecast and outcome per customer, outcomes not below 0.

    Returns
    -------
    float
        1 if customers are ranked as their outcomes are, 0 by chance; NaN if all outcomes are equal.

    Examples
    --------
    >>> gini([1, 2, 3], [0, 1, 9]), gini([3, 2, 1], [0, 1, 9]), gini([1, 1, 1], [0, 1, 9])
    (1.0, -1.0, 0.0)
    """
    possible = _area(actual, actual)
    return _area(predicted, actual) / possible if possible > 1e-12 else np.nan


def _area(predicted, actual):
    customers, _, outcome = gains(predicted, actual)
    if outcome[-1] <= 0:
        return 0.0
    return float(np.trapezoid(outcome / outcome[-1], customers / customers[-1]) - 0.5)


def spearman(predicted, actual):
    """
    Rank correlation, ties at their mean rank; NaN where one of both does not vary.

    Examples
    --------
    >>> round(spearman([1, 2, 3], [4, 9, 8]), 3)
    0.5
    """
    ranks = [rankdata(column) for column in (predicted, actual)]
    if min(np.ptp(rank) for rank in ranks) == 0:
        return np.nan
    return float(np.corrcoef(*ranks)[0, 1])


def forecast_metrics(predicted, actual):
    """
    Measure a forecast against what came.

    Parameters
    ----------
    predicted, actual : array_like of shape (n,)
        Forecast and outcome per customer.

    Returns
    -------
    dict of str to float
        ``predicted_total``, ``actual_total``, ``bias`` (their ratio less 1),
        ``mean_absolute_error``, ``root_mean_squared_error``, ``spearman_correlation``,
        ``normalised_gini`` and ``top_decile_share``: the share of the outcome that the tenth of
        the customers with the highest forecasts brought. NaN where there is none.

    Examples
    --------
    >>> metrics = forecast_metrics([1, 2, 3], [0, 2, 6])
    >>> [round(float(metrics[name]), 3) for name in ("bias", "mean_absolute_error")]
    [-0.25, 1.333]
    """
    predicted, actual = np.asarray(predicted, dtype=float), np.asarray(actual, dtype=float)
    customers, forecast, outcome = gains(predicted, actual)
    brought = outcome[-1] > 0
    top = np.interp(customers[-1] / DECILES, customers, outcome)
    error = predicted - actual
    return {
        "predicted_total": forecast[-1],
        "actual_total": outcome[-1],
        "bias": forecast[-1] / outcome[-1] - 1 if brought else np.nan,
        "mean_absolute_error": float(np.abs(error).mean()),
        "root_mean_squared_error": float(np.sqrt((error**2).mean())),
        "spearman_correlation": spearman(predicted, actual),
        "normalised_gini": gini(predicted, actual),
        "top_decile_share": float(top / outcome[-1]) if brought else np.nan,
    }


def decile_calibration(predicted, actual):
    """
    Mean forecast and mean outcome by tenths of the customers, the highest forecasts first.

    Parameters
    ----------
    predicted, actual : array_like of shape (n,)
        Forecast and outcome per customer.

    Returns
    -------
    pandas.DataFrame
        ``bucket`` ("1" to "10"), ``customers`` (a tenth of them, not always a whole number),
        ``predicted_total``, ``actual_total`` and ``lift``: mean outcome over that of all customers,
        NaN if nobody brought anything.

    Examples
    --------
    >>> table = decile_calibration(range(20), range(20))
    >>> table["actual_total"].tolist()[:2], table["lift"].round(2).tolist()[0]
    ([37.0, 33.0], 1.95)
    """
    customers, forecast, outcome = gains(predicted, actual)
    edges = np.linspace(0, customers[-1], DECILES + 1)
    actual_total = np.diff(np.interp(edges, customers, outcome))
    mean = outcome[-1] / DECILES
    return pd.DataFrame(
        {
            "bucket": [str(decile) for decile in range(1, DECILES + 1)],
            "customers": np.diff(edges),
            "predicted_total": np.diff(np.interp(edges, customers, forecast)),
            "actual_total": actual_total,
            "lift": actual_total / mean if mean > 0 else np.nan,
        }
    )


def bucket_calibration(repeats, predicted, actual):
    """
    Forecast and outcome by how often customers had come back.

    Parameters
    ----------
    repeats : array_like of shape (n,)
        x, repeat purchases before the cut-off.
    predicted, actual : array_like of shape (n,)
        Forecast and outcome per customer.

    Returns
    -------
    pandas.DataFrame
        As `decile_calibration`, for those of the buckets 0, 1, 2, 3, 4-6 and 7+ that somebody is
        in.

    Examples
    --------
    >>> bucket_calibration([0, 0, 5], [1, 2, 3], [0, 1, 5])["bucket"].tolist()
    ['0', '4-6']
    """
    repeats, predicted, actual = (
        np.asarray(column, dtype=float) for column in (repeats, predicted, actual)
    )
    mean = actual.mean() if len(actual) else np.nan
    rows = []
    for bucket, lowest, highest in BUCKETS:
        inside = (repeats >= lowest) & (repeats <= highest)
        if inside.any():
            brought = actual[inside].sum()
            rows.append(
                {
                    "bucket": bucket,
                    "customers": float(inside.sum()),
                    "predicted_total": predicted[inside].sum(),
                    "actual_total": brought,
                    "lift": brought / inside.sum() / mean if mean > 0 else np.nan,
                }
            )
    return pd.DataFrame(rows)
