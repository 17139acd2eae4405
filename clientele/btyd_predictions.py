"""
What BG/NBD and Gamma-Gamma predict for each customer, given their parameters.

The functions are pure: parameters and a summary (see `clientele.btyd_summary`) in, one number per
row out. The formulas are rearranged so that they neither overflow nor cancel.
"""

import numpy as np
import pandas as pd

from clientele.btyd_formulas import (
    BetaGeoParameters,
    GammaGammaParameters,
    ModifiedBetaGeoParameters,
    ParetoParameters,
    alive,
    buys_if_alive,
    orders_if_alive,
)
from clientele.btyd_summary import DAYS_PER_WEEK, positions_of_equal, read_history, read_spend
from clientele.checks import whole_number

__all__ = [
    "BetaGeoParameters",
    "GammaGammaParameters",
    "ModifiedBetaGeoParameters",
    "ParetoParameters",
    "days_to_month_ends",
    "discounted_clv",
    "expected_order_value",
    "expected_orders",
    "expected_orders_of_new_customer",
    "pooled_order_value",
    "probability_alive",
    "purchase_probability",
]


def probability_alive(parameters, summary):
    """
    Probability that a customer has not left: P(alive | x, t_x, T).

    It is 1 for everyone who bought once, by assumption 3 of `BetaGeoModel`, and so ranks buyers
    badly: use `purchase_probability` for "who will buy".

    Parameters
    ----------
    parameters : BetaGeoParameters
        Of the fitted model.
    summary : pandas.DataFrame
        One row per customer: x, t_x and T (days).

    Returns
    -------
    ndarray
        One probability per row; NaN for an unusable history.

    References
    ----------
    .. [1] Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2008). Computing P(alive) Using the BG/NBD
       Model. http://www.brucehardie.com/notes/021/. Equation (1).

    Examples
    --------
    >>> cdnow = BetaGeoParameters(0.243, 4.414, 0.793, 2.426)
    >>> summary = pd.DataFrame(
    ...     {
    ...         "repeat_order_days": [0, 2, 2],
    ...         "age_at_last_order_days": [0, 30, 213],
    ...         "customer_age_days": [272, 272, 272],
    ...     }
    ... )
    >>> probability_alive(cdnow, summary).round(3).tolist()
    [1.0, 0.106, 0.727]
    """
    return _for_usable(summary, lambda x, t_x, T: alive(parameters, x, t_x, T))


def expected_orders(parameters, summary, horizon_days):
    """
    Orders a customer will place in the next days: E[Y(t) | x, t_x, T].

    Parameters
    ----------
    parameters : BetaGeoParameters
        Of the fitted model.
    summary : pandas.DataFrame
        One row per customer: x, t_x and T (days).
    horizon_days : float
        How many days ahead (t).

    Returns
    -------
    ndarray
        Expected orders per row; NaN for an unusable history.

    Notes
    -----
    E[Y(t)] = P(alive) G(x, T, t). The paper's G overflows for frequent customers and is undefined
    where a + b < 1 and x = 0. By Euler's transformation of the hypergeometric function it is

        G = (a + b + x - 1) / (a - 1)
            * (1 - (1 - z)^(a - 1) F(a + b - 1 - r, a - 1; a + b + x - 1; z))

    with z = t / (alpha + T + t), which has neither fault.

    References
    ----------
    .. [1] Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting Your Customers" the Easy
       Way. Marketing Science 24 (2), 275-284. Equation (10).

    Examples
    --------
    The customer of the paper: x = 2, t_x = 30.43 and T = 38.86 weeks; the next 39 weeks.

    >>> cdnow = BetaGeoParameters(0.243, 4.414, 0.793, 2.426)
    >>> summary = pd.DataFrame(
    ...     {
    ...         "repeat_order_days": [2],
    ...         "age_at_last_order_days": [7 * 30.43],
    ...         "customer_age_days": [7 * 38.86],
    ...     }
    ... )
    >>> expected_orders(cdnow, summary, horizon_days=7 * 39).round(3).tolist()
    [1.226]
    """
    weeks = _weeks(horizon_days)
    return _for_usable(
        summary,
        lambda x, t_x, T: (
            alive(parameters, x, t_x, T)
            * _by_pair(x, T, lambda x, T: orders_if_alive(parameters, x, T, weeks))
        ),
    )


def expected_orders_of_new_customer(parameters, horizon_days):
    """
    Repeat orders of a customer in the days after the first order: E[X(t)].

    Parameters
    ----------
    parameters : BetaGeoParameters
        Of the fitted model.
    horizon_days : float or array_like
        How many days ahead (t).

    Returns
    -------
    ndarray
        Expected orders per horizon, of the shape of `horizon_days`.

    References
    ----------
    .. [1] Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting Your Customers" the Easy
       Way. Marketing Science 24 (2), 275-284. Equation (9).

    Examples
    --------
    >>> cdnow = BetaGeoParameters(0.243, 4.414, 0.793, 2.426)
    >>> expected_orders_of_new_customer(cdnow, horizon_days=[7, 7 * 78]).round(3).tolist()
    [0.053, 1.861]
    """
    weeks = _weeks(horizon_days)
    new = np.zeros(weeks.size)
    orders = orders_if_alive(parameters, new, new, weeks.ravel())
    return (alive(parameters, new, new, new) * orders).reshape(weeks.shape)


def purchase_probability(parameters, summary, horizon_days):
    """
    Probability of at least one order in the next days: P(Y(t) > 0 | x, t_x, T).

    Parameters
    ----------
    parameters : BetaGeoParameters
        Of the fitted model.
    summary : pandas.DataFrame
        One row per customer: x, t_x and T (days).
    horizon_days : float
        How many days ahead (t).

    Returns
    -------
    ndarray
        One probability per row; NaN for an unusable history.

    Notes
    -----
    P(alive) times the probability that a living customer's rate, gamma distributed with shape
    r + x and rate alpha + T, brings an order in time.

    Examples
    --------
    >>> cdnow = BetaGeoParameters(0.243, 4.414, 0.793, 2.426)
    >>> summary = pd.DataFrame(
    ...     {
    ...         "repeat_order_days": [0, 2],
    ...         "age_at_last_order_days": [0, 213],
    ...         "customer_age_days": [272, 272],
    ...     }
    ... )
    >>> purchase_probability(cdnow, summary, horizon_days=182).round(3).tolist()
    [0.108, 0.474]
    """
    weeks = _weeks(horizon_days)
    return _for_usable(
        summary,
        lambda x, t_x, T: alive(parameters, x, t_x, T) * buys_if_alive(parameters, x, T, weeks),
    )


def expected_order_value(parameters, summary):
    """
    Spend a customer's orders will average: E[M | x, m].

    The customer's own mean and the population's, weighted by how much is known of the customer.

    Parameters
    ----------
    parameters : GammaGammaParameters
        Of the fitted model.
    summary : pandas.DataFrame
        One row per customer: x and m (money).

    Returns
    -------
    ndarray
        Money per row. The population mean p v / (q - 1) where nothing is known of the customer's
        spend (x = 0 or m missing); an m below 0 counts as 0; NaN where x is unusable.

    References
    ----------
    .. [1] Fader, P. S. and Hardie, B. G. S. (2013). The Gamma-Gamma Model of Monetary Value.
       http://www.brucehardie.com/notes/025/. Equation (5).

    Examples
    --------
    >>> cdnow = GammaGammaParameters(6.25, 3.74, 15.44)
    >>> summary = pd.DataFrame(
    ...     {"repeat_order_days": [2, 1, 0], "mean_repeat_spend": [22.35, 11.77, None]}
    ... )
    >>> expected_order_value(cdnow, summary).round(2).tolist()
    [24.66, 18.92, 35.22]
    """
    p, q, v = parameters
    spend = read_spend(summary)
    known = np.isfinite(spend["m"])
    orders_known = p * spend["x"].where(known, 0.0)
    own_weight = orders_known / (orders_known + q - 1)
    own_mean = spend["m"].where(known, 0.0).clip(lower=0)
    value = (1 - own_weight) * p * v / (q - 1) + own_weight * own_mean
    return value.where(spend["usable"]).to_numpy()


def pooled_order_value(summary):
    """
    Mean spend of all repeat days, for use where Gamma-Gamma cannot be.

    Parameters
    ----------
    summary : pandas.DataFrame
        One row per customer: x and m (money).

    Returns
    -------
    float
        Sum of x m over sum of x, over x > 0 and m > 0; NaN if there is no such customer.

    Examples
    --------
    >>> pooled_order_value(
    ...     pd.DataFrame({"repeat_order_days": [3, 1, 0], "mean_repeat_spend": [10, 30, None]})
    ... )
    15.0
    """
    spend = read_spend(summary)
    spend = spend[spend["informative"]]
    days = spend["x"].sum()
    return float((spend["x"] * spend["m"]).sum() / days) if days > 0 else np.nan


def discounted_clv(parameters, summary, order_value, months, annual_discount_rate, as_of_date):
    """
    Present value of what a customer will spend in the coming calendar months.

    Parameters
    ----------
    parameters : BetaGeoParameters
        Of the fitted model.
    summary : pandas.DataFrame
        One row per customer: x, t_x and T (days).
    order_value : float or array_like
        Expected spend per order, for all or per row, as from `expected_order_value`.
    months : int
        How many calendar months ahead.
    annual_discount_rate : float
        For example 0.10: what is spent in month i counts 1 / 1.10^(i / 12).
    as_of_date : datetime.date
        The day the summary ends; month i ends on the same day of the i-th month after, or on that
        month's last day.

    Returns
    -------
    ndarray
        Money per row; NaN for an unusable history or a missing order value.

    Notes
    -----
    With a rate of 0 this is `expected_orders` over the same days times `order_value`.

    Examples
    --------
    >>> import datetime
    >>> cdnow = BetaGeoParameters(0.243, 4.414, 0.793, 2.426)
    >>> summary = pd.DataFrame(
    ...     {
    ...         "repeat_order_days": [2],
    ...         "age_at_last_order_days": [213],
    ...         "customer_age_days": [272],
    ...     }
    ... )
    >>> as_of_date = datetime.date(1997, 9, 30)
    >>> discounted_clv(cdnow, summary, 24.65, 6, 0.10, as_of_date).round(2).tolist()
    [20.58]
    """
    months = whole_number("months", months, at_least=1)
    if not annual_discount_rate >= 0:
        raise ValueError(f"annual_discount_rate must not be negative, not {annual_discount_rate}.")
    ends = days_to_month_ends(as_of_date, months)
    month = np.arange(1, months + 1)
    discount = (1 + annual_discount_rate) ** -(month / 12)

    def discounted_if_alive(x, T):
        orders = [orders_if_alive(parameters, x, T, end / DAYS_PER_WEEK) for end in ends]
        return discount @ np.diff(orders, axis=0, prepend=0)

    def discounted_orders(x, t_x, T):
        return alive(parameters, x, t_x, T) * _by_pair(x, T, discounted_if_alive)

    return _for_usable(summary, discounted_orders) * np.asarray(order_value, dtype=float)


def days_to_month_ends(as_of_date, months):
    """
    Days from a date to the same day of each following month.

    Parameters
    ----------
    as_of_date : datetime.date
        The date.
    months : int
        How many months.

    Returns
    -------
    list of int

    Examples
    --------
    >>> import datetime
    >>> days_to_month_ends(datetime.date(2011, 1, 31), 3)
    [28, 59, 89]
    """
    start = pd.Timestamp(as_of_date)
    return [(start + pd.DateOffset(months=month) - start).days for month in range(1, months + 1)]


def _for_usable(summary, predict):
    """Apply a function of x, t_x and T (weeks) to the usable rows; the others get NaN."""
    history = read_history(summary)
    usable = history["usable"].to_numpy()
    used = history[usable]
    predictions = np.full(len(history), np.nan)
    predictions[usable] = predict(*(used[name].to_numpy() for name in ("x", "t_x", "T")))
    return predictions


def _by_pair(x, T, predict):
    """Apply a function of x and T once to each distinct pair, which are few."""
    first, position = positions_of_equal(x, T)
    return predict(x[first], T[first])[position]


def _weeks(horizon_days):
    days = np.asarray(horizon_days, dtype=float)
    if not (np.isfinite(days) & (days >= 0)).all():
        raise ValueError(f"horizon_days must be a number of at least 0, not {horizon_days}.")
    return days / DAYS_PER_WEEK
