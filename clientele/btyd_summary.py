"""
The input of the lifetime-value models: one row per customer, all seen up to one day.

====================== ====== ============= ====================================================
column                 symbol unit          meaning
====================== ====== ============= ====================================================
repeat_order_days      x      days counted  distinct days with an order, less the first
age_at_last_order_days t_x    days elapsed  from the first to the last order
customer_age_days      T      days elapsed  from the first order to the end of observation
mean_repeat_spend      m      money         mean spend of the repeat days; missing if x = 0
====================== ====== ============= ====================================================

A summary may also have a column customers: how many customers a row stands for, 1 if it is absent.
`SELECT x, t_x, T, count(*) ... GROUP BY ALL` gives the same fit as the rows themselves.

Times come in as days and are weeks (days / 7) inside. A history is usable if x is a whole number,
0 <= t_x <= T, and t_x = 0 exactly if x = 0; any other history takes no part in a fit and gets no
prediction.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from clientele.checks import numeric_arrays, numeric_columns

DAYS_PER_WEEK = 7.0
HISTORY_COLUMNS = ("repeat_order_days", "age_at_last_order_days", "customer_age_days")
CUSTOMERS = "customers"
SPEND_COLUMNS = ("repeat_order_days", "mean_repeat_spend")
SUMMARY = "the customer summary"


class Histories(NamedTuple):
    """Distinct histories and how many customers have each; times in weeks."""

    x: np.ndarray
    t_x: np.ndarray
    T: np.ndarray
    weight: np.ndarray


class Spends(NamedTuple):
    """Distinct pairs of repeat orders and mean spend, how many customers have each, rank of m."""

    x: np.ndarray
    m: np.ndarray
    weight: np.ndarray
    m_rank: np.ndarray


def distinct_histories(summary):
    """
    Count equal histories.

    Parameters
    ----------
    summary : pandas.DataFrame
        x, t_x and T (days), any order of rows, and customers if there is such a column.

    Returns
    -------
    histories : Histories
        The distinct usable histories, sorted, so that neither the number nor the order of the rows
        matters.
    left_out : int
        Customers with an unusable history.

    Examples
    --------
    >>> summary = pd.DataFrame(
    ...     {
    ...         "repeat_order_days": [2, 0, 2],
    ...         "age_at_last_order_days": [14, 0, 14],
    ...         "customer_age_days": [21, 7, 21],
    ...     }
    ... )
    >>> histories, left_out = distinct_histories(summary)
    >>> histories.T.tolist(), histories.weight.tolist(), left_out
    ([1.0, 3.0], [1.0, 2.0], 0)
    """
    x, t_x, T = numeric_arrays(summary, HISTORY_COLUMNS, SUMMARY)
    weight = _customers(summary)
    usable = _is_usable(x, t_x, T)
    left_out = int((~usable).sum() if weight is None else weight[~usable].sum())
    if not usable.all():
        x, t_x, T = x[usable], t_x[usable], T[usable]
        weight = None if weight is None else weight[usable]
    x, t_x, T, weight = count_equal((x, t_x, T), weight)
    return Histories(x, t_x / DAYS_PER_WEEK, T / DAYS_PER_WEEK, weight), left_out


def distinct_spends(summary):
    """
    Count equal pairs of repeat orders and mean spend.

    Parameters
    ----------
    summary : pandas.DataFrame
        x and m (money), any order of rows, and customers if there is such a column.

    Returns
    -------
    spends : Spends
        The distinct pairs with x > 0 and m > 0, sorted; ranks of m as `mean_ranks` gives them.
    customers : int
        Customers with a usable x.
    left_out : int
        Customers without one, and those with x > 0 of whom no positive m is known.
    """
    x, m = numeric_arrays(summary, SPEND_COLUMNS, SUMMARY)
    weight = _customers(summary)
    usable = _is_count(x)
    informative = usable & _is_spend(x, m)
    uninformative = ~usable | ((x > 0) & ~informative)
    if weight is None:
        customers, left_out = int(usable.sum()), int(uninformative.sum())
    else:
        customers, left_out = int(weight[usable].sum()), int(weight[uninformative].sum())
        weight = weight[informative]
    spends = _count_spends(x[informative], m[informative], weight)
    return spends, customers, left_out


def mean_ranks(ordered, weight):
    """
    Rank sorted values from 1, equal ones sharing their mean rank.

    Parameters
    ----------
    ordered : ndarray of shape (n,)
        Values, sorted.
    weight : ndarray of shape (n,)
        How many equal values each of them is.

    Returns
    -------
    ndarray of shape (n,)

    Examples
    --------
    >>> mean_ranks(np.array([1.0, 4.0, 4.0]), np.array([2, 1, 1])).tolist()
    [1.5, 3.5, 3.5]
    """
    new = _differs_from_previous(ordered)
    size = np.add.reduceat(weight, np.flatnonzero(new))
    rank = np.cumsum(size) - (size - 1) / 2
    return rank[np.cumsum(new) - 1]


def count_equal(columns, weight=None):
    """
    Count equal rows.

    Parameters
    ----------
    columns : sequence of ndarray
        Numbers not below 0, the most important column first; the first holds whole numbers.
    weight : ndarray, optional
        How often each row counts; once if absent.

    Returns
    -------
    list of ndarray
        The columns of the distinct rows, sorted, and how often each occurs.

    Notes
    -----
    Rows of whole numbers are sorted as one number each, and so are their counts, if they are many;
    other rows column by column.

    Examples
    --------
    >>> x, T, count = count_equal((np.array([1.0, 0.0, 1.0]), np.array([5.5, 9.0, 5.5])))
    >>> x.tolist(), T.tolist(), count.tolist()
    ([0.0, 1.0], [9.0, 5.5], [1.0, 2.0])
    """
    if len(columns[0]) == 0:
        return [*columns, np.zeros(0)]
    sizes = [float(column.max()) + 1 for column in columns]
    if weight is None and np.prod(sizes) < 2**62 and _are_whole(columns[1:]):
        return _count_packed(columns, [int(size) for size in sizes])
    order = np.arange(len(columns[0]))
    for column in columns[:0:-1]:
        kind = None if column is columns[-1] else "stable"
        order = order[np.argsort(column[order], kind=kind)]
    order = order[_order_by_counting(columns[0][order])]
    columns = [column[order] for column in columns]
    new = np.flatnonzero(_differs_from_previous(*columns))
    counts = np.ones(len(order)) if weight is None else weight[order]
    return [*(column[new] for column in columns), np.add.reduceat(counts, new)]


def positions_of_equal(x, T):
    """
    Say which rows are equal.

    Parameters
    ----------
    x, T : ndarray
        Whole numbers not below 0, and weeks.

    Returns
    -------
    first : ndarray of int
        One row of each distinct pair.
    position : ndarray of int
        Per row, where in `first` its pair is.

    Examples
    --------
    >>> first, position = positions_of_equal(np.array([1.0, 0.0, 1.0]), np.array([2.0, 9.0, 2.0]))
    >>> position.tolist(), len(first)
    ([1, 0, 1], 2)
    """
    if len(x) == 0:
        return np.zeros(0, dtype=int), np.zeros(0, dtype=int)
    days = np.rint(DAYS_PER_WEEK * T)
    width = days.max() + 1
    if np.abs(DAYS_PER_WEEK * T - days).max() > 1e-9 or (x.max() + 1) * width > 4 * len(x) + 2**20:
        _, first, position = np.unique(
            np.column_stack([x, T]), axis=0, return_index=True, return_inverse=True
        )
        return first, position
    # a table of all pairs that could be is small: mark those that are
    cell = (x * width + days).astype(np.int64)
    row = np.full(int((x.max() + 1) * width), -1)
    row[cell] = np.arange(len(cell))
    present = row >= 0
    return row[present], (np.cumsum(present) - 1)[cell]


def _count_packed(columns, sizes):
    packed = np.zeros(len(columns[0]), dtype=np.int64 if np.prod(sizes) > 2**31 else np.int32)
    for column, size in zip(columns, sizes, strict=True):
        packed *= size
        packed += column.astype(packed.dtype)
    packed.sort()
    new = np.flatnonzero(_differs_from_previous(packed))
    counts = np.diff(new, append=len(packed)).astype(float)
    packed = packed[new]
    unpacked = []
    for size in reversed(sizes):
        unpacked.append((packed % size).astype(float))
        packed //= size
    return [*reversed(unpacked), counts]


def _count_spends(x, m, weight):
    # sorted by m first, so that one sort serves the ranks too; then by x, equal ones as they stood
    order = np.argsort(m)
    x, m = x[order], m[order]
    weight = np.ones(len(m)) if weight is None else weight[order]
    if not len(m):
        return Spends(x, m, weight, weight)
    rank = mean_ranks(m, weight)
    order = _order_by_counting(x)
    x, m, weight, rank = (column[order] for column in (x, m, weight, rank))
    new = np.flatnonzero(_differs_from_previous(x, m))
    return Spends(x[new], m[new], np.add.reduceat(weight, new), rank[new])


def _order_by_counting(x):
    # small whole numbers are sorted by counting
    return np.argsort(x.astype(np.uint16) if x.max() < 2**16 else x, kind="stable")


def _differs_from_previous(*columns):
    differs = np.zeros(len(columns[0]), dtype=bool)
    differs[0] = True
    for column in columns:
        differs[1:] |= column[1:] != column[:-1]
    return differs


def _are_whole(columns):
    return all((column == np.floor(column)).all() for column in columns)


def _customers(summary):
    """Return how many customers each row stands for, None if one each."""
    if CUSTOMERS not in summary.columns:
        return None
    (customers,) = numeric_arrays(summary, [CUSTOMERS], SUMMARY)
    if not (_is_count(customers) & (customers > 0)).all():
        raise ValueError(f"{SUMMARY}: the column {CUSTOMERS} must hold whole numbers above 0.")
    return customers


def read_history(summary):
    """Return x, t_x and T (weeks) with a flag for the rows that can be used."""
    columns = numeric_columns(summary, HISTORY_COLUMNS, SUMMARY)
    x, t_x, T = (columns[name] for name in HISTORY_COLUMNS)
    usable = _is_usable(x, t_x, T)
    return pd.DataFrame(
        {"x": x, "t_x": t_x / DAYS_PER_WEEK, "T": T / DAYS_PER_WEEK, "usable": usable}
    )


def read_spend(summary):
    """Return x and m with flags for a usable x and for rows that tell something about spend."""
    columns = numeric_columns(summary, SPEND_COLUMNS, SUMMARY)
    x, m = (columns[name] for name in SPEND_COLUMNS)
    usable = _is_count(x)
    informative = usable & _is_spend(x, m)
    return pd.DataFrame({"x": x, "m": m, "usable": usable, "informative": informative})


def _is_count(x):
    return np.isfinite(x) & (x >= 0) & (x == np.floor(x))


def _is_usable(x, t_x, T):
    return _is_count(x) & (t_x >= 0) & (t_x <= T) & np.isfinite(T) & ((x == 0) == (t_x == 0))


def _is_spend(x, m):
    return (x > 0) & (m > 0) & (m < np.inf)
