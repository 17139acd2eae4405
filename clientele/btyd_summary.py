"""
The input of the lifetime-value models: one row per customer, all seen up to one day.

====================== ====== ============= ====================================================
column                 symbol unit          meaning
====================== ====== ============= ====================================================
repeat_order_days      x      days counted  distinct days with an order, less the first
age_at_last_order_days t_x    days elapsed  from the first to the last order
customer_age_days      T      days elapsed  from the first order to the end of observation
mean_repeat_spend      m      money         mean spend of the repeat days; missing if x = 0
====================== ====== ============= ====================================================

Times come in as days and are weeks (days / 7) inside. A history is usable if x is a whole number,
0 <= t_x <= T, and t_x = 0 exactly if x = 0; any other history takes no part in a fit and gets no
prediction.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from clientele.checks import numeric_columns

DAYS_PER_WEEK = 7.0
HISTORY_COLUMNS = ("repeat_order_days", "age_at_last_order_days", "customer_age_days")
SPEND_COLUMNS = ("repeat_order_days", "mean_repeat_spend")
SUMMARY = "the customer summary"


class Histories(NamedTuple):
    """Distinct histories and how many customers have each; times in weeks."""

    x: np.ndarray
    t_x: np.ndarray
    T: np.ndarray
    weight: np.ndarray


class Spends(NamedTuple):
    """Distinct pairs of repeat orders and mean spend and how many customers have each."""

    x: np.ndarray
    m: np.ndarray
    weight: np.ndarray


def compress(frame, kind):
    """Count equal rows, in sorted order, so that neither size nor order of the input matters."""
    counts = frame.groupby(list(frame.columns), sort=True).size()
    distinct = counts.index.to_frame(index=False)
    return kind(*(distinct[name].to_numpy() for name in distinct), counts.to_numpy())


def read_history(summary):
    """Return x, t_x and T (weeks) with a flag for the rows that can be used."""
    columns = numeric_columns(summary, HISTORY_COLUMNS, SUMMARY)
    x, t_x, T = (columns[name] for name in HISTORY_COLUMNS)
    usable = _is_count(x) & (t_x >= 0) & (t_x <= T) & np.isfinite(T) & ((x == 0) == (t_x == 0))
    return pd.DataFrame(
        {"x": x, "t_x": t_x / DAYS_PER_WEEK, "T": T / DAYS_PER_WEEK, "usable": usable}
    )


def read_spend(summary):
    """Return x and m with flags for a usable x and for rows that tell something about spend."""
    columns = numeric_columns(summary, SPEND_COLUMNS, SUMMARY)
    x, m = (columns[name] for name in SPEND_COLUMNS)
    usable = _is_count(x)
    informative = usable & (x > 0) & (m > 0) & np.isfinite(m)
    return pd.DataFrame({"x": x, "m": m, "usable": usable, "informative": informative})


def _is_count(x):
    return np.isfinite(x) & (x >= 0) & (x == np.floor(x))
