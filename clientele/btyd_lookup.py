"""
Predictions as small tables that SQL joins to the customers.

P(alive) needs x, t_x and T; all else about a customer who is alive needs x and T alone, and of such
pairs there are few: 16,000 among a million customers. So `prediction_lookup` has one row per pair,
and SQL does the rest, in the models int_clv_histories and int_clv_scored:

    (r + x) * ln((alpha + T) / (alpha + t_x)) + ln(a / (b + x - 1)) as log_odds_left
    case when x = 0 then 1 else 1 / (1 + exp(least(log_odds_left, 700))) end as probability_alive

    probability_alive * expected_orders_if_alive_26w as expected_orders_26w
    probability_alive * purchase_probability_if_alive_90d as purchase_probability_90d
    probability_alive * discounted_orders_if_alive_6m * expected_order_value as clv_6m

with alpha, T and t_x in weeks (for MBG/NBD: no case, and b + x in place of b + x - 1).
"""

import numpy as np
import pandas as pd

from clientele.btyd_formulas import (
    buys_if_alive,
    more_orders_if_alive,
    orders_if_alive,
)
from clientele.btyd_predictions import days_to_month_ends
from clientele.btyd_summary import (
    DAYS_PER_WEEK,
    SUMMARY,
    count_equal,
    positions_of_equal,
)
from clientele.checks import numeric_arrays, real_number, whole_number

WEEKS = (1, 4, 13, 26, 52)
DAYS = (30, 90, 182, 365)
MONTHS = (1, 3, 6, 12)


def prediction_lookup(
    parameters,
    summary,
    as_of_date,
    annual_discount_rate,
    weeks=WEEKS,
    days=DAYS,
    months=MONTHS,
    clock=float,
):
    """
    Predict what a customer who is alive will do, once for each pair of x and T.

    Parameters
    ----------
    parameters : BetaGeoParameters or ModifiedBetaGeoParameters
        Of the fitted model.
    summary : pandas.DataFrame
        x and T (days): one row per customer, or the distinct pairs.
    as_of_date : datetime.date
        The day the summary ends; calendar months are counted from it.
    annual_discount_rate : float
        For example 0.10: what is ordered in month i counts 1 / 1.10^(i / 12).
    weeks : sequence of int, default=(1, 4, 13, 26, 52)
        Horizons of the expected orders.
    days : sequence of int, default=(30, 90, 182, 365)
        Horizons of the probability to purchase.
    months : sequence of int, default=(1, 3, 6, 12)
        Horizons of the discounted orders.
    clock : callable, default=float
        How many days of the clock that T is told in pass in so many calendar days from the as-of
        date on.

    Returns
    -------
    pandas.DataFrame
        One row per distinct pair, sorted: ``repeat_order_days``, ``customer_age_days`` and, for
        each horizon, ``expected_orders_if_alive_<n>w``, ``purchase_probability_if_alive_<n>d`` and
        ``discounted_orders_if_alive_<n>m``. Pairs that no usable history has are left out.

    Raises
    ------
    TypeError, ValueError
        If the summary lacks a column or has one that is not numeric, a horizon is not a whole
        number of at least 1, or the rate is negative.

    Notes
    -----
    Orders of month i are G(x, T, t_i) - G(x, T, t_(i-1)), discounted at the month's end; with a
    rate of 0 the discounted orders are the expected orders over the same days.

    References
    ----------
    .. [1] Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting Your Customers" the Easy
       Way. Marketing Science 24 (2), 275-284. Equation (10), as rearranged in
       `clientele.btyd_predictions.expected_orders`.

    Examples
    --------
    >>> import datetime
    >>> from clientele.btyd_predictions import BetaGeoParameters
    >>> cdnow = BetaGeoParameters(0.243, 4.414, 0.793, 2.426)
    >>> summary = pd.DataFrame({"repeat_order_days": [2, 2], "customer_age_days": [272, 272]})
    >>> lookup = prediction_lookup(cdnow, summary, datetime.date(1997, 9, 30), 0.10)
    >>> lookup.round(3).iloc[0][["expected_orders_if_alive_26w", "discounted_orders_if_alive_6m"]]
    expected_orders_if_alive_26w     1.186
    discounted_orders_if_alive_6m    1.149
    Name: 0, dtype: float64
    """
    x, age = _distinct_pairs(summary)
    T = age / DAYS_PER_WEEK
    weeks = [whole_number("weeks", horizon, at_least=1) for horizon in weeks]
    days = [whole_number("days", horizon, at_least=1) for horizon in days]
    months = [whole_number("months", horizon, at_least=1) for horizon in months]
    rate = real_number("annual_discount_rate", annual_discount_rate, at_least=0)
    columns = {"repeat_order_days": x.astype(np.int64), "customer_age_days": age}
    for horizon in weeks:
        orders = orders_if_alive(parameters, x, T, clock(horizon * DAYS_PER_WEEK) / DAYS_PER_WEEK)
        columns[f"expected_orders_if_alive_{horizon}w"] = orders
    for horizon in days:
        chance = buys_if_alive(parameters, x, T, clock(horizon) / DAYS_PER_WEEK)
        columns[f"purchase_probability_if_alive_{horizon}d"] = chance
    before, discounted = 0, 0
    ends = days_to_month_ends(as_of_date, max(months, default=0))
    for month, end in enumerate(ends, start=1):
        orders = orders_if_alive(parameters, x, T, clock(end) / DAYS_PER_WEEK)
        discounted = discounted + (orders - before) * (1 + rate) ** -(month / 12)
        before = orders
        if month in months:
            columns[f"discounted_orders_if_alive_{month}m"] = discounted
    return pd.DataFrame(columns)


def more_orders_lookup(parameters, summary, horizon_days, smallest=1e-4):
    """
    Tabulate the chance of more than k orders of a customer who is alive, by x, T and k.

    Parameters
    ----------
    parameters : BetaGeoParameters or ModifiedBetaGeoParameters
        Of the fitted model.
    summary : pandas.DataFrame
        x and T (days): one row per customer, or the distinct pairs.
    horizon_days : float
        How many days ahead.
    smallest : float, default=1e-4
        Where the probability falls to this, the table ends.

    Returns
    -------
    pandas.DataFrame
        ``repeat_order_days``, ``customer_age_days``, ``orders`` (k = 0, 1, ...) and
        ``probability_of_more_if_alive``, sorted. The quantile u of a customer's orders is the
        smallest k at which probability_alive times it is at most 1 - u.

    Examples
    --------
    >>> from clientele.btyd_predictions import BetaGeoParameters
    >>> cdnow = BetaGeoParameters(0.243, 4.414, 0.793, 2.426)
    >>> summary = pd.DataFrame({"repeat_order_days": [2], "customer_age_days": [272]})
    >>> table = more_orders_lookup(cdnow, summary, 182, smallest=0.1)
    >>> table["probability_of_more_if_alive"].round(3).tolist()
    [0.652, 0.304, 0.134, 0.057]
    """
    x, age = _distinct_pairs(summary)
    T = age / DAYS_PER_WEEK
    span = horizon_days / DAYS_PER_WEEK
    pieces = []
    row = np.arange(len(x))
    orders = 0
    while len(row):
        chance = more_orders_if_alive(parameters, x[row], T[row], span, orders)
        pieces.append(pd.DataFrame({"row": row, "orders": orders, "chance": chance}))
        row = row[chance > smallest]
        orders += 1
    if not pieces:
        pieces = [pd.DataFrame({"row": row, "orders": row, "chance": x})]
    table = pd.concat(pieces).sort_values(["row", "orders"])
    return pd.DataFrame(
        {
            "repeat_order_days": x[table["row"]].astype(np.int64),
            "customer_age_days": age[table["row"]],
            "orders": table["orders"].to_numpy(),
            "probability_of_more_if_alive": table["chance"].to_numpy(),
        }
    )


def _distinct_pairs(summary):
    """Return the x and T (days) of every pair that a usable history can have, sorted."""
    x, T = numeric_arrays(summary, ["repeat_order_days", "customer_age_days"], SUMMARY)
    usable = (x >= 0) & (x == np.floor(x)) & (T >= 0) & np.isfinite(T) & np.isfinite(x)
    x, T = x[usable], T[usable]
    first, _ = positions_of_equal(x, T / DAYS_PER_WEEK)
    x, T, _ = count_equal((x[first], T[first]))
    return x, T
