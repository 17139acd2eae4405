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
    customers, part = np.arange(table.n_customers), table
    for _ in range(MOST_ROUNDS):
        chosen = part.chosen(slot[customers])
        number, worth = _best_moves(part, chosen, prices, left, room)
        possible = np.flatnonzero(number != NONE)
        if not len(possible):
            break
        # an offer that does not fit now will not fit later, unless a contact is freed
        part, customers = part.of(possible), customers[possible]
        order = _largest_first(worth[possible])
        before = [values[possible][order] for values in chosen]
        after = part.of(order).chosen(number[possible][order])
        extra = after[1] - before[1]
        taken = _fitting(extra, before[2], after[2], left, room)
        slot[customers[order[:taken]]] = number[possible][order[:taken]]
        left -= extra[:taken].sum()
        np.subtract.at(room, after[2][:taken], 1.0)
        np.add.at(room, before[2][:taken], 1.0)
    return table.choice(slot)


def _best_moves(table, chosen, prices, left, room):
    """For each customer the move that fits, earns more and is worth most at the prices."""
    profit, cost, channel = chosen
    number = np.full(len(profit), NONE, dtype=np.int16)
    best = np.full(len(profit), -np.inf)
    for candidate in range(len(table.profit)):
        extra = table.cost[candidate] - cost
        gain = table.profit[candidate] - profit
        better = (gain > 0) & (extra <= left)
        worth = gain - prices.budget * extra
        if table.n_limited:
            to_channel = table.channel[candidate]
            better &= (room > 0)[to_channel] | (to_channel == channel)
            worth -= prices.channels[to_channel] - prices.channels[channel]
        better &= worth > best
        np.copyto(number, candidate, where=better)
        np.copyto(best, worth, where=better)
    return number, best


def _largest_first(worth):
    """Order of the largest values, equal ones as they stand."""
    if len(worth) > MOVES_PER_ROUND:
        limit = -np.partition(-worth, MOVES_PER_ROUND)[MOVES_PER_ROUND]
        kept = np.flatnonzero(worth >= limit)
        return kept[np.argsort(-worth[kept], kind="stable")]
    return np.argsort(-worth, kind="stable")


def _fitting(extra, channel, to_channel, left, room):
    """How many of the moves, from the first one on, there is room for."""
    fits = np.cumsum(extra) <= left
    for limited in range(len(room) - 1):
        entering = (to_channel == limited) & (channel != limited)
        fits &= np.cumsum(entering) <= room[limited]
    return len(fits) if fits.all() else int(np.argmin(fits))
