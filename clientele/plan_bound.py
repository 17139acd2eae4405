"""The most that any plan can earn: the Lagrangian dual of the choice of offers."""

from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

MOST_CUTS_PER_BUDGET = 200
# floats of sums and products are off by far less than this share
ROUNDING = 1e-11


class Prices(NamedTuple):
    """
    What the scarce things are worth.

    Attributes
    ----------
    budget : float
        Extra profit for an extra unit of budget.
    channels : ndarray of shape (n_limited + 1,)
        Extra profit for an extra contact by each limited channel, and 0 for all other channels.
    """

    budget: float
    channels: np.ndarray

    def raised(self, share):
        """Raise every price by a share of itself."""
        return Prices(self.budget * (1 + share), self.channels * (1 + share))


class PlanBound:
    r"""
    Bound of the profit under any budget, found by cutting planes.

    At a price :math:`\lambda` of budget and :math:`\mu_k` of a contact by channel :math:`k`
    everybody can be offered for themselves what is worth most, and no plan within the budget
    :math:`B` and the capacities :math:`K_k` earns more than

    .. math:: U = \sum_i \max(0, \max_j p_{ij} - \lambda c_{ij} - \mu_{k(ij)})
              + \lambda B + \sum_k \mu_k K_k .

    Each choice of offers is a plane below the first sum, the same one for every budget. The prices
    at which the highest of the planes found so far makes U smallest are tried next, until what the
    planes promise and what U is there agree (Kelley's method).

    Parameters
    ----------
    table : OfferTable
        The offers.
    capacities : ndarray of int, shape (n_limited,)
        Most contacts by each limited channel.

    References
    ----------
    J. E. Kelley, The cutting-plane method for solving convex programs, Journal of the Society for
    Industrial and Applied Mathematics 8 (1960), 703-712.

    M. L. Fisher, The Lagrangian relaxation method for solving integer programming problems,
    Management Science 27 (1981), 1-18.

    Examples
    --------
    >>> from clientele.offer_choices import OfferTable
    >>> columns = (np.array(column) for column in ([0, 1, 2], [60, 40, 30], [2, 2, 2], [0] * 3))
    >>> bound = PlanBound(OfferTable(*columns, n_limited=0), np.array([], dtype=int))
    >>> bound.tighten(3, share=1e-9)
    >>> bound.at(3)
    (80.0, Prices(budget=20.0, channels=array([0.])))
    """

    def __init__(self, table, capacities):
        self.table = table
        self.capacities = capacities
        costly = table.cost > 0
        # above these prices nothing that costs anything is worth it
        self._highest_price = np.max(table.profit[costly] / table.cost[costly], initial=0.0)
        self._highest_profit = table.profit.max(initial=0.0)
        self._prices, self._worths, self._planes = [], [], []
        free = np.zeros(table.n_limited + 1)
        self._add(Prices(0.0, free))
        self._add(Prices(self._highest_price, free))

    def tighten(self, budget, share):
        """
        Add planes until the bound of a budget is as low as prices can make it.

        Parameters
        ----------
        budget : int or None
            In the units of the table; None for no limit.
        share : float
            How far from the lowest value the bound may stay, as a share of it.
        """
        for _ in range(MOST_CUTS_PER_BUDGET):
            found, _ = self.at(budget)
            promised, prices = self._lowest_promise(budget)
            if found - promised <= max(share * found, 0.5):
                break
            if not self._add(prices):
                break

    def at(self, budget):
        """
        Bound of a budget by all that has been tried so far.

        Parameters
        ----------
        budget : int or None
            As for `tighten`.

        Returns
        -------
        bound : float
            No plan earns more.
        prices : Prices
            Those of the bound; of several the lowest ones.
        """
        bounds = [
            worth + prices.budget * (budget or 0) + float(prices.channels[:-1] @ self.capacities)
            if budget is not None or prices.budget == 0
            else np.inf
            for prices, worth in zip(self._prices, self._worths, strict=True)
        ]
        best = min(range(len(bounds)), key=lambda one: (bounds[one], self._prices[one].budget))
        return bounds[best] * (1 + ROUNDING) + 1e-6, self._prices[best]

    def _add(self, prices):
        """Try prices; tell whether the plane is new."""
        choice, worth = self.table.chosen_at(*prices)
        plane = (choice.profit, choice.cost, *choice.contacts)
        is_new = plane not in self._planes
        if is_new:
            self._planes.append(plane)
        self._prices.append(prices)
        self._worths.append(float(worth.sum()))
        return is_new

    def _lowest_promise(self, budget):
        """Minimise what the planes promise, in prices scaled to at most 1."""
        planes = np.array(self._planes, dtype=float)
        scale = max(planes[0, 0], 1.0)
        highest_price = 0.0 if budget is None else self._highest_price
        highest = np.array([highest_price, *[self._highest_profit] * len(self.capacities)])
        scarce = np.array([0 if budget is None else budget, *self.capacities])
        solution = linprog(
            np.array([1.0, *(scarce * highest / scale)]),
            A_ub=np.column_stack([-np.ones(len(planes)), -planes[:, 1:] * highest / scale]),
            b_ub=-planes[:, 0] / scale,
            bounds=[(0, None)] + [(0, 1)] * len(highest),
            method="highs-ds",
        )
        prices = np.clip(solution.x[1:], 0, 1) * highest
        return solution.fun * scale, Prices(float(prices[0]), np.append(prices[1:], 0.0))
