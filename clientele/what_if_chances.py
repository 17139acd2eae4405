"""The luck of single customers: what their money adds up to, drawn again and again."""

from typing import NamedTuple

import numpy as np

from clientele.btyd_predictions import GammaGammaParameters
from clientele.what_if_orders import changed_leaving

# drawn together, by one generator: another number would give other draws
BLOCK = 200


class Drawn(NamedTuple):
    """
    Customers whose future is drawn, and who start it on the same day.

    Attributes
    ----------
    x, T, alive : ndarray of shape (customers,)
        Repeat orders, age (weeks) and P(alive).
    spend_orders, spend_mean : ndarray of shape (customers,)
        How many orders the customer's own mean is known of, and that mean.
    scale : ndarray of shape (customers,)
        What the customer's money is multiplied by.
    horizons : tuple of two floats
        Weeks to the end of the first year and of the last one.
    discounts : tuple of three floats
        What money counts of a first order, of the first year and of later ones.
    new_customers : bool
        Whether the customers come in future: their number is drawn too, and they have a first
        order beside their repeat orders.
    """

    x: np.ndarray
    T: np.ndarray
    alive: np.ndarray
    spend_orders: np.ndarray
    spend_mean: np.ndarray
    scale: np.ndarray
    horizons: tuple
    discounts: tuple
    new_customers: bool

    def block(self, start):
        """Return the customers from one on, as many as are drawn together."""
        rows = slice(start, start + BLOCK)
        return self._replace(**{name: getattr(self, name)[rows] for name in self._fields[:6]})


class Chances(NamedTuple):
    """
    Draws of the orders and the money of customers, under several changes at once.

    The draws of all changes have the same luck: the same customers order at the same moments, and
    who stays for longer or orders more often does all that others do, and more.

    Attributes
    ----------
    parameters : BetaGeoParameters
        Of the fitted model.
    spend : GammaGammaParameters or float
        Of the fitted model, or the value of everybody's orders.
    retention_changes, frequency_changes : sequence of float
        Relative changes of the orders a customer stays for, and of the rate of orders.
    replicates : int
        How many times everything is drawn.
    random_state : int
        Seed.

    Examples
    --------
    A hundred customers of CDNOW who are new, one year and then two more; half as many orders again:

    >>> from clientele.btyd_predictions import BetaGeoParameters, expected_orders_of_new_customer
    >>> cdnow = BetaGeoParameters(0.243, 4.414, 0.793, 2.426)
    >>> nobody, everybody = np.zeros(100), np.ones(100)
    >>> drawn = Drawn(
    ...     nobody, nobody, everybody, nobody, nobody, everybody, (52, 156), (1, 1, 1), False
    ... )
    >>> money = Chances(cdnow, 1.0, [0], [0, 0.5], 2000, 7).money(drawn)
    >>> money.shape
    (2000, 1, 2, 2)
    >>> money.mean(axis=0).ravel().round(0).tolist()
    [144.0, 275.0, 186.0, 340.0]
    >>> expected_orders_of_new_customer(cdnow, [7 * 52, 7 * 156, 7 * 78, 7 * 234]).round(2).tolist()
    [1.45, 2.76, 1.86, 3.41]
    """

    parameters: NamedTuple
    spend: object
    retention_changes: tuple
    frequency_changes: tuple
    replicates: int
    random_state: int

    def money(self, drawn, stream=0):
        """
        Draw what the customers spend.

        Parameters
        ----------
        drawn : Drawn
            The customers.
        stream : int, default=0
            Number of the group: each has draws of its own.

        Returns
        -------
        ndarray of shape (replicates, retention_changes, frequency_changes, 2)
            Money of all customers in the first year, and discounted money of all years.
        """
        total = np.zeros(self._shape)
        for start in range(0, len(drawn.x), BLOCK):
            random = np.random.default_rng([self.random_state, stream, start])
            total += self._money(random, drawn.block(start))
        return total

    @property
    def _shape(self):
        return (self.replicates, len(self.retention_changes), len(self.frequency_changes), 2)

    def _money(self, random, drawn):
        """Draw one block; arrays are of shape (replicates, customers)."""
        r, alpha, a, b = self.parameters
        b = b + self.parameters.leaves_before_first_repeat
        size = (self.replicates, len(drawn.x))
        rate = random.gamma(r + drawn.x, size=size) / (alpha + drawn.T)
        leaving = random.beta(a, b + drawn.x, size=size)
        weight = drawn.scale * (random.random(size) < drawn.alive)
        if drawn.new_customers:
            weight = drawn.scale * random.poisson(1.0, size)
        luck = np.log1p(-random.random(size))
        stays = [self._orders_until_leaving(leaving, luck, c) for c in self.retention_changes]
        orders = self._orders_if_never_leaving(random, rate, drawn.horizons)
        most = np.minimum(orders[max(orders)], np.max(stays, axis=0)) + drawn.new_customers
        weight = weight * self._mean_order(random, drawn, most)
        first, year, later = drawn.discounts
        first_orders = drawn.new_customers * weight.sum(axis=1)
        money = np.empty(self._shape)
        for column, change in enumerate(self.frequency_changes):
            soon, ever = (orders[(1 + change) * horizon] for horizon in drawn.horizons)
            for row, stay in enumerate(stays):
                in_year, in_all = (
                    np.einsum("kn,kn->k", weight, np.minimum(count, stay)) for count in (soon, ever)
                )
                money[:, row, column, 0] = first_orders + in_year
                money[:, row, column, 1] = (
                    first * first_orders + year * in_year + later * (in_all - in_year)
                )
        return money

    @staticmethod
    def _orders_until_leaving(leaving, luck, change):
        """Turn one even draw into the number of the last order; the longer the stay the higher."""
        with np.errstate(divide="ignore"):
            last = np.ceil(luck / np.log1p(-changed_leaving(leaving, change)))
        return np.maximum(last, 1)

    def _orders_if_never_leaving(self, random, rate, horizons):
        """Count the same moments up to several times, from the last time down."""
        times = sorted({(1 + f) * t for f in self.frequency_changes for t in horizons})[::-1]
        counts = random.poisson(rate * times[0])
        orders = {times[0]: counts}
        for before, time in zip(times, times[1:], strict=False):
            counts = random.binomial(counts, time / before)
            orders[time] = counts
        return orders

    def _mean_order(self, random, drawn, orders):
        """Draw what a customer's orders are worth in the mean, if there are so many."""
        if not isinstance(self.spend, GammaGammaParameters):
            return np.full(orders.shape, float(self.spend))
        p, q, v = self.spend
        known = drawn.spend_orders
        usual = p * (v + known * drawn.spend_mean) / random.gamma(p * known + q, size=orders.shape)
        shape = p * np.maximum(orders, 1)
        return usual * random.gamma(shape) / shape
