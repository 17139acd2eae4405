"""
Predictions as small tables that SQL joins to the customers, and the spread of orders ahead.

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
    alive,
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
    read_history,
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


def order_count_probabilities(parameters, summary, horizon_days, orders):
    """
    Probability that a customer places exactly 0, 1, ... orders in the next days.

    Parameters
    ----------
    parameters : BetaGeoParameters or ModifiedBetaGeoParameters
        Of the fitted model.
    summary : pandas.DataFrame
        One row per customer: x, t_x and T (days).
    horizon_days : float
        How many days ahead (t).
    orders : int
        The largest number of orders asked for.

    Returns
    -------
    ndarray of shape (rows, orders + 1)
        P(Y(t) = k | x, t_x, T) in column k; NaN for an unusable history. With `orders` large enough
        a row sums to 1 and its mean is `clientele.btyd_predictions.expected_orders`.

    Notes
    -----
    P(Y(t) = k) = P(Y(t) > k - 1) - P(Y(t) > k), each P(alive) times a product of two closed forms:
    see `clientele.btyd_formulas.more_orders_if_alive`.

    Examples
    --------
    >>> from clientele.btyd_predictions import BetaGeoParameters
    >>> cdnow = BetaGeoParameters(0.243, 4.414, 0.793, 2.426)
    >>> summary = pd.DataFrame(
    ...     {
    ...         "repeat_order_days": [2],
    ...         "age_at_last_order_days": [213],
    ...         "customer_age_days": [272],
    ...     }
    ... )
    >>> order_count_probabilities(cdnow, summary, 182, orders=3).round(3).tolist()
    [[0.526, 0.253, 0.124, 0.056]]
    """
    x, t_x, T, usable = _symbols(summary)
    orders = whole_number("orders", orders, at_least=0)
    more = more_orders_if_alive(
        parameters, x[:, None], T[:, None], horizon_days / DAYS_PER_WEEK, np.arange(orders + 1)
    )
    above = np.column_stack([np.ones(len(x)), alive(parameters, x, t_x, T)[:, None] * more])
    probabilities = np.full((len(usable), orders + 1), np.nan)
    probabilities[usable] = -np.diff(above, axis=1)
    return probabilities


def order_quantiles(parameters, summary, horizon_days, levels=(0.1, 0.5, 0.9)):
    """
    Quantiles of the orders a customer will place in the next days.

    Parameters
    ----------
    parameters : BetaGeoParameters or ModifiedBetaGeoParameters
        Of the fitted model.
    summary : pandas.DataFrame
        One row per customer: x, t_x and T (days).
    horizon_days : float
        How many days ahead (t).
    levels : sequence of float, default=(0.1, 0.5, 0.9)
        Between 0 and 1.

    Returns
    -------
    ndarray of shape (rows, levels)
        The smallest k with P(Y(t) <= k | x, t_x, T) >= level; NaN for an unusable history.

    Raises
    ------
    ValueError
        If a level is not between 0 and 1.

    Notes
    -----
    Orders are few and skewed: the interval between two quantiles holds at least its share.
    Uncertainty of the parameters is left out; it is small beside the chance of the orders.

    Examples
    --------
    >>> from clientele.btyd_predictions import BetaGeoParameters
    >>> cdnow = BetaGeoParameters(0.243, 4.414, 0.793, 2.426)
    >>> summary = pd.DataFrame(
    ...     {
    ...         "repeat_order_days": [2, 20],
    ...         "age_at_last_order_days": [213, 270],
    ...         "customer_age_days": [272, 272],
    ...     }
    ... )
    >>> order_quantiles(cdnow, summary, 182).tolist()
    [[0.0, 0.0, 2.0], [2.0, 10.0, 17.0]]
    """
    if not all(0 < level < 1 for level in levels):
        raise ValueError(f"levels must lie between 0 and 1, not {list(levels)}.")
    x, t_x, T, usable = _symbols(summary)
    chance_alive = alive(parameters, x, t_x, T)
    span = horizon_days / DAYS_PER_WEEK
    quantiles = np.full((len(usable), len(levels)), np.nan)
    for column, level in enumerate(levels):
        quantiles[usable, column] = _quantile(parameters, x, T, span, chance_alive, 1 - level)
    return quantiles


def _quantile(parameters, x, T, span, chance_alive, above):
    """Return the smallest k with P(Y > k) <= above, by doubling a bound and bisecting below it."""

    def high_enough(rows, orders):
        more = more_orders_if_alive(parameters, x[rows], T[rows], span, orders)
        return chance_alive[rows] * more <= above

    low, high = np.full(len(x), -1.0), np.zeros(len(x))
    rows = np.flatnonzero(~high_enough(np.arange(len(x)), 0.0))
    while len(rows):
        low[rows], high[rows] = high[rows], 2 * high[rows] + 1
        rows = rows[~high_enough(rows, high[rows])]
    rows = np.flatnonzero(high - low > 1)
    while len(rows):
        middle = np.floor((low[rows] + high[rows]) / 2)
        enough = high_enough(rows, middle)
        high[rows] = np.where(enough, middle, high[rows])
        low[rows] = np.where(enough, low[rows], middle)
        rows = rows[high[rows] - low[rows] > 1]
    return high


def _distinct_pairs(summary):
    """Return the x and T (days) of every pair that a usable history can have, sorted."""
    x, T = numeric_arrays(summary, ["repeat_order_days", "customer_age_days"], SUMMARY)
    usable = (x >= 0) & (x == np.floor(x)) & (T >= 0) & np.isfinite(T) & np.isfinite(x)
    x, T = x[usable], T[usable]
    first, _ = positions_of_equal(x, T / DAYS_PER_WEEK)
    x, T, _ = count_equal((x[first], T[first]))
    return x, T


def _symbols(summary):
    history = read_history(summary)
    usable = history["usable"].to_numpy()
    x, t_x, T = (history.loc[usable, name].to_numpy() for name in ("x", "t_x", "T"))
    return x, t_x, T, usable
