"""Turn what prices suggest into a plan that keeps within its budget and its capacities."""

import numpy as np

from clientele.offer_choices import NONE

# of more moves than this only the best ones are looked at in one round
MOVES_PER_ROUND = 20_000
MOST_ROUNDS = 500
# a little above the best prices, offers that are worth as much as a cheaper one give way to it
RAISES = (0.0, 1e-9, 1e-4, 1e-3)


def feasible_plan(table, prices, budget, capacities, raises=RAISES):
    """
    Find a good plan near given prices.

    Parameters
    ----------
    table : OfferTable
        The offers.
    prices : Prices
        Those of the bound of the budget.
    budget : int or None
        In the units of the table; None for no limit.
    capacities : ndarray of int, shape (n_limited,)
        Most contacts by each limited channel.
    raises : sequence of float
        By which shares the prices are raised; the best plan of all is returned, of equal ones the
        first.

    Returns
    -------
    Choice

    Examples
    --------
    >>> from clientele.offer_choices import OfferTable
    >>> from clientele.plan_bound import Prices
    >>> columns = (np.array(column) for column in ([0, 1, 2], [6, 4, 3], [2, 2, 1], [0, 0, 0]))
    >>> table = OfferTable(*columns, n_limited=0)
    >>> feasible_plan(table, Prices(2.0, np.zeros(1)), 3, np.array([], dtype=int)).profit
    9
    """
    best = None
    for raised in raises:
        choice, worth = table.chosen_at(*prices.raised(raised))
        slot = _reduced(table, choice, worth, budget, capacities)
        plan = improved_plan(table, slot, prices, budget, capacities)
        if best is None or plan.profit > best.profit:
            best = plan
    return best


def _reduced(table, choice, worth, budget, capacities):
    """Drop the offers that are worth least until the rest keeps within its limits."""
    slot = choice.slot.copy()
    for channel in np.flatnonzero(choice.contacts > capacities):
        customers = np.flatnonzero(slot != NONE)
        customers = customers[table.channel[slot[customers], customers] == channel]
        order = np.argsort(-worth[customers], kind="stable")
        slot[customers[order[capacities[channel] :]]] = NONE
    excess = 0 if budget is None else table.choice(slot).cost - budget
    if excess > 0:
        customers = np.flatnonzero(slot != NONE)
        cost = table.cost[slot[customers], customers]
        customers, cost = customers[cost > 0], cost[cost > 0]
        order = np.argsort(worth[customers] / cost, kind="stable")
        last = np.searchsorted(np.cumsum(cost[order]), excess)
        slot[customers[order[: last + 1]]] = NONE
    return slot


def improved_plan(table, slot, prices, budget, capacities):
    """
    Offer somebody more, or something better, as long as there is room for it.

    Parameters
    ----------
    table, prices, budget, capacities
        As for `feasible_plan`.
    slot : ndarray of int16, shape (n_customers,)
        A plan within its limits.

    Returns
    -------
    Choice
        With at least the profit of the plan given.
    """
    slot = slot.copy()
    plan = table.choice(slot)
    left = np.inf if budget is None else float(budget - plan.cost)
    room = np.append((capacities - plan.contacts).astype(float), np.inf)
    customers = np.arange(table.n_customers)
    for _ in range(MOST_ROUNDS):
        number, worth = _best_moves(table, slot, customers, prices, left, room)
        possible = number != NONE
        customers, number, worth = customers[possible], number[possible], worth[possible]
        if not len(customers):
            break
        order = _largest_first(worth)
        taken = _fitting(table, slot, customers[order], number[order], left, room)
        movers, slots = customers[order][:taken], number[order][:taken]
        cost, channel = _current(table, slot, movers)[1:]
        left -= (table.cost[slots, movers] - cost).sum()
        new_channel = table.channel[slots, movers]
        np.subtract.at(room, new_channel, 1.0)
        np.add.at(room, channel, 1.0)
        slot[movers] = slots
    return table.choice(slot)


def _current(table, slot, customers):
    """Profit, cost and channel that the customers have in the plan; no offer has no limit."""
    slots = slot[customers]
    has_offer = slots != NONE
    return (
        np.where(has_offer, table.profit[slots, customers], 0.0),
        np.where(has_offer, table.cost[slots, customers], 0.0),
        np.where(has_offer, table.channel[slots, customers], table.n_limited),
    )


def _best_moves(table, slot, customers, prices, left, room):
    """For each customer the move that fits, earns more and is worth most at the prices."""
    profit, cost, channel = _current(table, slot, customers)
    number = np.full(len(customers), NONE, dtype=np.int16)
    best = np.full(len(customers), -np.inf)
    for candidate in range(len(table.profit)):
        gain = table.profit[candidate, customers] - profit
        extra = table.cost[candidate, customers] - cost
        to_channel = table.channel[candidate, customers]
        possible = (gain > 0) & (extra <= left)
        possible &= (room[to_channel] > 0) | (to_channel == channel)
        worth = gain - prices.budget * extra
        worth -= prices.channels[to_channel] - prices.channels[channel]
        better = possible & (worth > best)
        number[better] = candidate
        best[better] = worth[better]
    return number, best


def _largest_first(worth):
    """Order of the largest values, equal ones as they stand."""
    if len(worth) > MOVES_PER_ROUND:
        limit = -np.partition(-worth, MOVES_PER_ROUND)[MOVES_PER_ROUND]
        kept = np.flatnonzero(worth >= limit)
        return kept[np.argsort(-worth[kept], kind="stable")]
    return np.argsort(-worth, kind="stable")


def _fitting(table, slot, customers, number, left, room):
    """How many of the moves, from the first one on, there is room for."""
    _, cost, channel = _current(table, slot, customers)
    to_channel = table.channel[number, customers]
    fits = np.cumsum(table.cost[number, customers] - cost) <= left
    for limited in range(table.n_limited):
        entering = (to_channel == limited) & (channel != limited)
        fits &= np.cumsum(entering) <= room[limited]
    return len(fits) if fits.all() else int(np.argmin(fits))
