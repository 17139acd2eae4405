r"""
Choose whom to contact with which offer, so that expected profit is largest under a budget.

Of the offers :math:`j` of a customer :math:`i`, each with expected profit :math:`p_{ij}` and cost
:math:`c_{ij}`, at most one is chosen (:math:`x_{ij}` is 1):

.. math::

    \max \sum_{ij} p_{ij} x_{ij}, \quad \sum_{ij} c_{ij} x_{ij} \le B, \quad
    \sum_j x_{ij} \le 1, \quad \sum_{ij \in k} x_{ij} \le K_k

for the budget :math:`B` and the capacities :math:`K_k` of channels: a multiple-choice knapsack.
"""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from clientele.checks import numeric_arrays, real_number, require_columns, whole_number
from clientele.offer_choices import OfferTable
from clientele.plan_bound import PlanBound
from clientele.plan_core import UNITS_OF_MONEY, best_plan
from clientele.plan_repair import feasible_plan, improved_plan

EXACT, LAGRANGIAN = "exact", "lagrangian"
# how near to the lowest possible bound a budget is brought: that of the plan, one of the curve
PLAN_SHARE, CURVE_SHARE = 1e-10, 1e-6
# with many customers one try per point of the curve is near enough
CURVE_RAISES = (1e-6,)
COLUMNS = ("customer_id", "offer_number", "channel", "expected_cost", "expected_incremental_profit")


class BudgetPlan:
    """
    The most profitable offers that a budget and the capacities of channels allow.

    Prices of budget and contacts (`clientele.plan_bound`) bound what any plan can earn. What they
    suggest is made to keep within its limits (`clientele.plan_repair`). What they leave in doubt is
    settled by an integer programme (`clientele.plan_core`), if that is not too much: the plan is
    then the best one there is. Otherwise its distance from the bound is told.

    Assumptions: 1. Expected profits and costs are known. 2. What a customer does depends on no
    other customer's offer. 3. A plan may spend what is expected; what is really spent varies.

    Parameters
    ----------
    budget : float, default=100
        Most that may be spent (B), at least 0.
    capacities : mapping of str to int, optional
        Channel and how many customers it can reach at most (K); all others have no limit.
    channels : sequence of str, optional
        The channels there are; those of the offers by default.
    exact_up_to : int, default=20_000
        Up to how many offers in doubt the integer programme is solved.
    curve_points : int, default=50
        At how many budgets the curve is told, from 0 to what an unlimited budget would spend; they
        lie closer together near 0. The budget itself is one more.

    Attributes
    ----------
    chosen_ : ndarray of bool, shape (n_offers,)
        Which of the offers are in the plan.
    plan_ : dict
        ``method`` (exact, or lagrangian with a gap), ``contacts``, ``expected_cost``,
        ``expected_incremental_profit``, ``profit_bound`` (no plan earns more), ``gap`` and
        ``relative_gap`` (bound less profit, and over the bound), ``budget_shadow_price`` (extra
        profit for an extra unit of budget) and ``profitable_offers``.
    channels_ : pandas.DataFrame
        Per channel: ``channel``, ``most_contacts`` (missing without a limit), ``contacts``,
        ``contact_shadow_price`` (extra profit for an extra contact).
    curve_ : pandas.DataFrame
        Per budget: ``budget``, ``is_plan_budget``, ``contacts``, ``expected_cost``,
        ``expected_incremental_profit``, ``profit_bound``, ``budget_shadow_price``.

    Examples
    --------
    Ten units of money: the dear offer to one customer, or cheap ones to both?

    >>> offers = pd.DataFrame(
    ...     {
    ...         "customer_id": ["a", "a", "b"],
    ...         "offer_number": [1, 2, 1],
    ...         "channel": ["email", "phone", "email"],
    ...         "expected_cost": [5.0, 10.0, 5.0],
    ...         "expected_incremental_profit": [8.0, 12.0, 7.0],
    ...     }
    ... )
    >>> BudgetPlan(budget=10).fit(offers).chosen_.tolist()
    [True, False, True]
    >>> BudgetPlan(budget=10, capacities={"email": 0}).fit(offers).chosen_.tolist()
    [False, True, False]
    >>> BudgetPlan(capacities={"fax": 3}).fit(offers)
    Traceback (most recent call last):
        ...
    ValueError: plan_capacities names the channel fax, but the channels are: email, phone.
    """

    def __init__(
        self, budget=100, capacities=None, channels=None, exact_up_to=20_000, curve_points=50
    ):
        self.budget = budget
        self.capacities = capacities
        self.channels = channels
        self.exact_up_to = exact_up_to
        self.curve_points = curve_points

    def fit(self, offers):
        """
        Choose among offers.

        Parameters
        ----------
        offers : pandas.DataFrame of shape (n_offers, ...)
            Columns ``customer_id``, ``offer_number`` (a customer has an offer once), ``channel``,
            ``expected_cost`` (at least 0) and ``expected_incremental_profit``; money is rounded to
            four decimals. The order of the rows does not matter.

        Returns
        -------
        BudgetPlan

        Raises
        ------
        ValueError
            If a setting or an offer is not legal; the message says which and why.
        """
        budget = _in_units(real_number("plan_budget", self.budget, at_least=0))
        at_most = whole_number("plan_exact_up_to", self.exact_up_to, at_least=0)
        points = whole_number("curve_points", self.curve_points, at_least=2)
        customer, number, profit, cost = _checked(offers)
        names, channel, limited = self._channels_of(offers)
        capacities = np.array([self._capacity(name) for name in names[:limited]], dtype=int)
        order = np.lexsort((number, customer))
        table = OfferTable(
            customer[order],
            profit[order],
            cost[order],
            np.minimum(channel, limited)[order],
            limited,
        )
        bound = PlanBound(table, capacities)
        curve = _curve(table, bound, capacities, budget, points)
        bound.tighten(budget, PLAN_SHARE)
        plan = feasible_plan(table, bound.at(budget)[1], budget, capacities)
        plan = max(curve[budget], plan, key=lambda one: one.profit)
        plan, most = best_plan(table, bound, plan, budget, capacities, at_most)
        # a plan for less money is one for more of it
        for more in [one for one in curve if one >= budget]:
            curve[more] = max(curve[more], plan, key=lambda one: one.profit)
        rows = order[table.rows_of(plan.slot)]
        self.chosen_ = np.zeros(len(offers), dtype=bool)
        self.chosen_[rows] = True
        prices = bound.at(budget)[1]
        self.plan_ = {
            "method": EXACT if most == plan.profit else LAGRANGIAN,
            **_money(plan),
            "profit_bound": most / UNITS_OF_MONEY,
            "gap": (most - plan.profit) / UNITS_OF_MONEY,
            "relative_gap": (most - plan.profit) / most if most else 0.0,
            "budget_shadow_price": prices.budget,
            "profitable_offers": int((profit > 0).sum()),
        }
        self.channels_ = self._channel_rows(names, limited, channel[rows], prices)
        self.curve_ = _curve_rows(curve, bound, budget, most)
        return self

    def _capacity(self, name):
        return whole_number(f"plan_capacities: {name}", self.capacities[name], at_least=0)

    def _channels_of(self, offers):
        """Names of the channels, those with a limit first, and the number of each offer's."""
        capacities = {} if self.capacities is None else self.capacities
        if not isinstance(capacities, Mapping):
            raise ValueError(
                "plan_capacities must be a mapping of channels to whole numbers, not "
                f"{capacities!r}."
            )
        column = pd.Categorical(offers["channel"])
        known = set(column.categories) | set(self.channels or ())
        unknown = sorted(set(capacities) - known)
        # without any offer no channel is known, and every name may be right
        if known and unknown:
            raise ValueError(
                f"plan_capacities names the channel {unknown[0]}, but the channels are: "
                f"{', '.join(sorted(known))}."
            )
        names = sorted(capacities) + sorted(known - set(capacities))
        position = {name: number for number, name in enumerate(names)}
        numbers = np.array([position[name] for name in column.categories], dtype=int)
        return names, numbers[column.codes], len(capacities)

    def _channel_rows(self, names, limited, channel, prices):
        unlimited = [None] * (len(names) - limited)
        return pd.DataFrame(
            {
                "channel": names,
                "most_contacts": [self._capacity(name) for name in names[:limited]] + unlimited,
                "contacts": np.bincount(channel, minlength=len(names)),
                "contact_shadow_price": [
                    *(prices.channels[:limited] / UNITS_OF_MONEY),
                    *([0.0] * len(unlimited)),
                ],
            }
        )


def _in_units(money):
    """Whole ten-thousandths of money, in which sums are exact."""
    return int(round(money * UNITS_OF_MONEY))


def _checked(offers):
    """Return customer number, offer number, profit and cost of each offer."""
    require_columns(offers, COLUMNS, "the offers")
    names = ["offer_number", "expected_incremental_profit", "expected_cost"]
    number, profit, cost = numeric_arrays(offers, names, "the offers")
    for name, values, is_legal in (
        ("expected_incremental_profit", profit, np.isfinite(profit)),
        ("expected_cost", cost, np.isfinite(cost) & (cost >= 0)),
    ):
        if not is_legal.all():
            first = int(np.argmin(is_legal))
            needed = "a number of at least 0" if name == "expected_cost" else "a number"
            raise ValueError(
                f"Offer {offers['offer_number'].iloc[first]} to the customer "
                f"{offers['customer_id'].iloc[first]} has the {name} {values[first]:g}, but it "
                f"must be {needed}."
            )
    customer, _ = pd.factorize(offers["customer_id"], sort=True)
    if pd.DataFrame({"customer": customer, "number": number}).duplicated().any():
        raise ValueError("The offers must have each offer to a customer once.")
    whole = [np.rint(values * UNITS_OF_MONEY).astype(np.int64) for values in (profit, cost)]
    return customer, number, *whole


def _curve(table, bound, capacities, budget, points):
    """Plans by budget, from none to as much as can be spent with profit."""
    bound.tighten(None, CURVE_SHARE)
    unlimited = feasible_plan(table, bound.at(None)[1], None, capacities)
    shares = [(point / (points - 1)) ** 2 for point in range(points)]
    budgets = {math.ceil(share * unlimited.cost) for share in shares} | {budget}
    curve, before = {}, None
    for money in sorted(budgets):
        bound.tighten(money, CURVE_SHARE)
        prices = bound.at(money)[1]
        plan = feasible_plan(table, prices, money, capacities, CURVE_RAISES)
        if money >= unlimited.cost:
            plan = max(plan, unlimited, key=lambda one: one.profit)
        if before is not None and before.profit > plan.profit:
            plan = improved_plan(table, before.slot, prices, money, capacities)
        curve[money] = before = plan
    return curve


def _curve_rows(curve, bound, budget, most):
    rows = []
    for money, plan in curve.items():
        bounded, prices = bound.at(money)
        at_most = most if money == budget else max(math.floor(bounded), plan.profit)
        rows.append(
            {
                "budget": money / UNITS_OF_MONEY,
                "is_plan_budget": money == budget,
                **_money(plan),
                "profit_bound": at_most / UNITS_OF_MONEY,
                "budget_shadow_price": prices.budget,
            }
        )
    return pd.DataFrame(rows)


def _money(plan):
    return {
        "contacts": int((plan.slot >= 0).sum()),
        "expected_cost": plan.cost / UNITS_OF_MONEY,
        "expected_incremental_profit": plan.profit / UNITS_OF_MONEY,
    }
