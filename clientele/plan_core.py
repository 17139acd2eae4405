"""The best plan of all, by an integer programme over the few offers that are in doubt."""

import math

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from clientele.offer_choices import NONE

UNITS_OF_MONEY = 10_000
# The search ends after so many nodes, not seconds: it ends at the same plan on every machine.
MOST_NODES = 2_000
OPTIMAL, INFEASIBLE = 0, 2


def best_plan(table, bound, plan, budget, capacities, at_most):
    """
    Replace a plan by the best one, as far as that can be found.

    What the bound rules out need not be looked at: where another choice for a customer lowers it
    below the profit of the plan, no better plan makes that choice.

    Parameters
    ----------
    table : OfferTable
        The offers.
    bound : PlanBound
        Tightened for the budget.
    plan : Choice
        A plan within its limits.
    budget : int
        In the units of the table.
    capacities : ndarray of int, shape (n_limited,)
        Most contacts by each limited channel.
    at_most : int
        Offers in doubt up to which the programme is solved.

    Returns
    -------
    plan : Choice
        Of at least the same profit.
    most : int
        No plan earns more.

    References
    ----------
    E. Balas and E. Zemel, An algorithm for large zero-one knapsack problems, Operations Research
    28 (1980), 1130-1154.
    """
    bounded, prices = bound.at(budget)
    # profits are whole numbers
    most = max(math.floor(bounded), plan.profit)
    if most == plan.profit:
        return plan, most
    choice, worth = table.chosen_at(*prices)
    may_lose = bounded - (plan.profit + 0.5)
    losses = [worth - table.worth(number, *prices) for number in range(len(table.profit))]
    may_have = (np.array(losses) <= may_lose) & (table.row >= 0)
    may_lack = worth <= may_lose
    in_doubt = np.flatnonzero(may_have.sum(axis=0) + may_lack > 1)
    number = may_have[:, in_doubt]
    if number.sum() > at_most:
        return plan, most
    slot = choice.slot.copy()
    slot[in_doubt] = NONE
    settled = table.choice(slot)
    position, column = np.nonzero(number.T)[::-1]
    customers = in_doubt[column]
    result = _solved(
        table.profit[position, customers],
        table.cost[position, customers],
        table.channel[position, customers],
        column,
        may_lack[in_doubt],
        budget - settled.cost,
        capacities - settled.contacts,
    )
    if result.status == INFEASIBLE:
        return plan, plan.profit
    if result.x is not None:
        chosen = result.x > 0.5
        slot[customers[chosen]] = position[chosen]
        found = table.choice(slot)
        keeps = found.cost <= budget and (found.contacts <= capacities).all()
        is_once = len(np.unique(customers[chosen])) == chosen.sum()
        if keeps and is_once and found.profit > plan.profit:
            plan = found
        if keeps and is_once and result.status == OPTIMAL:
            most = plan.profit
    return plan, most


def _solved(profit, cost, channel, customer, may_lack, budget, capacities):
    """Solve the multiple-choice knapsack over the offers in doubt."""
    count = len(profit)
    once = csr_array((np.ones(count), (customer, np.arange(count))))
    limited = np.array([channel == number for number in range(len(capacities))], dtype=float)
    constraints = [
        LinearConstraint(once, lb=np.where(may_lack, 0.0, 1.0), ub=1.0),
        LinearConstraint(cost[None, :] / UNITS_OF_MONEY, ub=budget / UNITS_OF_MONEY),
    ]
    if len(capacities):
        constraints.append(LinearConstraint(limited, ub=capacities))
    return milp(
        -profit / UNITS_OF_MONEY,
        integrality=np.ones(count),
        bounds=Bounds(0, 1),
        constraints=constraints,
        options={"mip_rel_gap": 0.0, "node_limit": MOST_NODES},
    )
