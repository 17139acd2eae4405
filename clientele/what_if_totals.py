"""Expected orders and money of a shop's customers, old and new, under changes of behaviour."""

from typing import NamedTuple

import numpy as np

from clientele.btyd_formulas import alive
from clientele.btyd_predictions import GammaGammaParameters
from clientele.btyd_summary import DAYS_PER_WEEK, positions_of_equal
from clientele.what_if_orders import OrdersAhead

YEAR = 12
# What is expected: orders and money of 12 months, their discounted money, that of all months.
OUTCOMES = ("orders", "revenue", "discounted_year", "discounted")


class Customers(NamedTuple):
    """
    Histories of customers.

    Attributes
    ----------
    x, t_x, T : ndarray
        See `clientele.btyd_summary`; times in weeks, on the clock of the model.
    spend_orders, spend_mean : ndarray
        How many orders the customer's own mean is known of, and that mean (0 if of none).
    """

    x: np.ndarray
    t_x: np.ndarray
    T: np.ndarray
    spend_orders: np.ndarray
    spend_mean: np.ndarray

    @classmethod
    def from_summary(cls, summary):
        """
        Read a summary.

        Parameters
        ----------
        summary : pandas.DataFrame
            ``repeat_order_days``, ``age_at_last_order_days``, ``customer_age_days``,
            ``spend_order_days`` and ``mean_order_day_spend``; missing spend counts as none.

        Returns
        -------
        Customers
        """
        x, t_x, T, number, mean = (
            np.nan_to_num(summary[name].to_numpy(dtype=float, na_value=np.nan))
            for name in (
                "repeat_order_days", "age_at_last_order_days", "customer_age_days",
                "spend_order_days", "mean_order_day_spend",
            )
        )  # fmt: skip
        return cls(x, t_x / DAYS_PER_WEEK, T / DAYS_PER_WEEK, number, np.maximum(mean, 0))


class Future(NamedTuple):
    """
    The months to come, in weeks of the model's clock.

    Attributes
    ----------
    month_ends : ndarray of shape (months,)
        When each month ends; at least 12 of them.
    newcomers : ndarray of shape (12,)
        New customers of each of the first 12 months.
    arrivals : ndarray of shape (12,)
        When they come: in the middle of the month.
    discounts : ndarray of shape (months,)
        What money of a month counts.
    """

    month_ends: np.ndarray
    newcomers: np.ndarray
    arrivals: np.ndarray
    discounts: np.ndarray

    @property
    def coefficients(self):
        """Weights of the orders up to each month's end: 12 months, discounted, all discounted."""
        months = len(self.month_ends)
        weights = np.zeros((3, months))
        weights[0, YEAR - 1] = 1
        for row, last in ((1, YEAR), (2, months)):
            discounts = np.append(self.discounts[:last], 0)
            weights[row, :last] = -np.diff(discounts)
        return weights


class Shop(NamedTuple):
    """
    What is known of a shop, and what may change.

    Attributes
    ----------
    parameters : BetaGeoParameters
        Of the fitted model.
    spend : GammaGammaParameters or float
        Of the fitted model, or the value of everybody's orders.
    customers : Customers
        The histories.
    future : Future
        The months to come.
    retention_changes, frequency_changes : sequence of float
        Relative changes of the orders a customer stays for, and of the rate of orders.
    """

    parameters: NamedTuple
    spend: object
    customers: Customers
    future: Future
    retention_changes: tuple
    frequency_changes: tuple


def order_values(spend, customers):
    """
    Return the expected value of each customer's orders, and of those of a new one.

    Parameters
    ----------
    spend : GammaGammaParameters or float
        Of the fitted model, or the value of everybody's orders.
    customers : Customers
        The histories.

    Returns
    -------
    ndarray, float

    Examples
    --------
    >>> one = np.ones(1)
    >>> cdnow = GammaGammaParameters(6.25, 3.74, 15.44)
    >>> own, new = order_values(cdnow, Customers(2 * one, one, one, 2 * one, 22.35 * one))
    >>> own.round(2).tolist(), round(new, 2)
    ([24.66], 35.22)
    """
    if not isinstance(spend, GammaGammaParameters):
        return np.full(len(customers.x), float(spend)), float(spend)
    p, q, v = spend
    known = customers.spend_orders
    return p * (v + known * customers.spend_mean) / (p * known + q - 1), p * v / (q - 1)


def expected_totals(shop):
    """
    Expect what existing and new customers will order and spend.

    Parameters
    ----------
    shop : Shop
        All that is known.

    Returns
    -------
    totals : ndarray of shape (2, 4, retention_changes, frequency_changes)
        Existing and new customers, by `OUTCOMES`.
    revenue : ndarray of shape (customers,)
        Expected money of each existing customer in 12 months without a change.
    """
    parameters, spend, customers, future, retention_changes, frequency_changes = shop
    stretch = 1 + np.asarray(frequency_changes, dtype=float)
    first, position = positions_of_equal(customers.x, customers.T)
    pair_x, pair_T = customers.x[first], customers.T[first]
    ages = parameters.alpha + np.append(pair_T, 0)
    soonest = min(
        future.month_ends[0] / ages.max(),
        (future.month_ends[:YEAR] - future.arrivals).min() / parameters.alpha,
    )
    curves = OrdersAhead(
        parameters,
        np.append(pair_x, 0),
        # the last one is for who spends how much without a change
        (*retention_changes, 0.0),
        soonest * min(stretch.min(), 1),
        future.month_ends[-1] / ages.min() * max(stretch.max(), 1),
    )
    values, new_value = order_values(spend, customers)
    chance = alive(parameters, customers.x, customers.t_x, customers.T)
    weights = np.array(
        [
            np.bincount(position, weights=chance, minlength=len(first)),
            np.bincount(position, weights=chance * values, minlength=len(first)),
        ]
    )
    totals = np.zeros((2, len(OUTCOMES), len(retention_changes), len(stretch)))
    base = np.zeros(len(first))
    for x in np.unique(pair_x):
        rows = np.flatnonzero(pair_x == x)
        times = future.month_ends[:, None] / (parameters.alpha + pair_T[rows])
        base[rows] = curves.orders(x, times[YEAR - 1])[-1]
        spans = stretch[:, None, None] * times
        orders = np.einsum("cm,rfmp->crfp", future.coefficients, curves.orders(x, spans)[:-1])
        totals[0, 0] += orders[0] @ weights[0, rows]
        totals[0, 1:] += orders @ weights[1, rows]
    totals[1] = (
        _of_newcomers(parameters, curves, future, stretch)
        * np.array([1, new_value, new_value, new_value])[:, None, None]
    )
    return totals, base[position] * chance * values


def _of_newcomers(parameters, curves, future, stretch):
    """Return their orders by outcome and change, the first ones included."""
    totals = 0
    for month, number in enumerate(future.newcomers):
        spans = (future.month_ends[month:] - future.arrivals[month]) / parameters.alpha
        orders = curves.orders(0, stretch[:, None] * spans)[:-1]
        repeats = np.einsum("cm,rfm->crf", future.coefficients[:, month:], orders)
        first = np.array([1, future.discounts[month], future.discounts[month]])[:, None, None]
        year, *discounted = number * (first + repeats)
        totals = totals + np.array([year, year, *discounted])
    return totals
