"""Offers of many customers side by side, and who is offered what at given prices."""

import copy
from typing import NamedTuple

import numpy as np

# A choice of no offer at all.
NONE = -1
# customers at a time whose offers fit into the cache of a processor
BLOCK = 16_384


class Choice(NamedTuple):
    """
    At most one offer per customer.

    Attributes
    ----------
    slot : ndarray of int16, shape (n_customers,)
        Which of the customer's offers, -1 for none.
    profit, cost : int
        Totals, in the units of the table.
    contacts : ndarray of int, shape (n_limited,)
        Contacts by each limited channel.
    """

    slot: np.ndarray
    profit: int
    cost: int
    contacts: np.ndarray


class OfferTable:
    """
    Profitable offers, one column per customer.

    Parameters
    ----------
    customer : ndarray of int, shape (n_offers,)
        Number of the customer, sorted.
    profit, cost : ndarray of int, shape (n_offers,)
        Whole numbers of the smallest unit of money, so that sums are exact; a cost is at least 0.
    channel : ndarray of int, shape (n_offers,)
        Number of the limited channel, `n_limited` for one without a limit.
    n_limited : int
        How many channels have a limit.

    Attributes
    ----------
    profit, cost, channel, row : ndarray of shape (n_slots, n_customers)
        The offers with a profit in the order given, and the row that each comes from. A slot that a
        customer does not have has the profit -1, which nobody chooses, and row -1.

    Examples
    --------
    Two customers, the second one with two offers, of which the dear one is worth its price only
    as long as money costs little:

    >>> columns = (np.array(column) for column in ([0, 1, 1], [5, 4, 9], [1, 1, 3], [0, 0, 0]))
    >>> table = OfferTable(*columns, n_limited=0)
    >>> [table.chosen_at(price, np.array([0.0]))[0].slot.tolist() for price in (0, 3, 6)]
    [[0, 1], [0, 0], [-1, -1]]
    """

    def __init__(self, customer, profit, cost, channel, n_limited):
        rows = np.flatnonzero(profit > 0)
        _, starts, counts = np.unique(customer[rows], return_index=True, return_counts=True)
        column = np.repeat(np.arange(len(counts)), counts)
        slot = np.arange(len(rows)) - np.repeat(starts, counts)
        shape = (int(counts.max(initial=0)), len(counts))
        self.n_limited = n_limited
        self.profit = np.full(shape, -1.0)
        self.cost = np.zeros(shape)
        self.channel = np.full(shape, n_limited, dtype=np.int16)
        self.row = np.full(shape, -1)
        self.profit[slot, column] = profit[rows]
        self.cost[slot, column] = cost[rows]
        self.channel[slot, column] = channel[rows]
        self.row[slot, column] = rows

    @property
    def n_customers(self):
        """Customers with a profitable offer."""
        return self.profit.shape[1]

    def worth(self, slot_number, price, channel_prices, customers=slice(None)):
        """
        Profit of one slot of all customers, less what it takes at the prices.

        Parameters
        ----------
        slot_number : int
            Which slot.
        price : float
            Of a unit of budget.
        channel_prices : ndarray of shape (n_limited + 1,)
            Of a contact by each limited channel, and 0.
        customers : slice, optional
            Of which customers; of all by default.

        Returns
        -------
        ndarray of shape (n_customers,)
        """
        worth = self.cost[slot_number, customers] * -price
        worth += self.profit[slot_number, customers]
        if self.n_limited:
            worth -= channel_prices[self.channel[slot_number, customers]]
        return worth

    def chosen_at(self, price, channel_prices):
        """
        Offer everybody what is worth most at given prices, if it is worth anything.

        Of offers that are worth the same the first one is chosen.

        Parameters
        ----------
        price, channel_prices
            As for `worth`.

        Returns
        -------
        Choice
        worth : ndarray of shape (n_customers,)
            What the choice is worth, at least 0.
        """
        best = np.zeros(self.n_customers)
        slot = np.full(self.n_customers, NONE, dtype=np.int16)
        for start in range(0, self.n_customers, BLOCK):
            block = slice(start, start + BLOCK)
            for number in range(len(self.profit)):
                worth = self.worth(number, price, channel_prices, block)
                better = worth > best[block]
                np.copyto(best[block], worth, where=better)
                np.copyto(slot[block], number, where=better)
        return self.choice(slot), best

    def choice(self, slot):
        """Add up profit, cost and contacts of the slots chosen."""
        profit, cost, contacts = 0, 0, np.zeros(self.n_limited, dtype=int)
        for start in range(0, self.n_customers, BLOCK):
            block = slice(start, start + BLOCK)
            for number in range(len(self.profit)):
                is_chosen = slot[block] == number
                profit += int(self.profit[number, block][is_chosen].sum())
                cost += int(self.cost[number, block][is_chosen].sum())
                for channel in range(self.n_limited):
                    reached = self.channel[number, block] == channel
                    contacts[channel] += np.count_nonzero(is_chosen & reached)
        return Choice(slot, profit, cost, contacts)

    def chosen(self, slot):
        """
        Profit, cost and channel of the slot chosen for each customer.

        Parameters
        ----------
        slot : ndarray of int16, shape (n_customers,)

        Returns
        -------
        tuple of three ndarrays of shape (n_customers,)
            Without an offer 0, 0, and the number of a channel without a limit.
        """
        profit, cost = np.zeros(self.n_customers), np.zeros(self.n_customers)
        channel = np.full(self.n_customers, self.n_limited, dtype=self.channel.dtype)
        for number in range(len(self.profit)):
            is_chosen = slot == number
            np.copyto(profit, self.profit[number], where=is_chosen)
            np.copyto(cost, self.cost[number], where=is_chosen)
            np.copyto(channel, self.channel[number], where=is_chosen)
        return profit, cost, channel

    def of(self, customers):
        """Take the offers of some of the customers, as a table of their own."""
        part = copy.copy(self)
        for name in ("profit", "cost", "channel", "row"):
            setattr(part, name, getattr(self, name)[:, customers])
        return part

    def rows_of(self, slot):
        """Rows of the given table that the slots stand for."""
        customers = np.flatnonzero(slot != NONE)
        return self.row[slot[customers], customers]
