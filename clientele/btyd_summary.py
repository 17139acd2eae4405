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

from clientele.checks import numeric_arrays, numeric_columns, numeric_pieces

DAYS_PER_WEEK = 7.0
HISTORY_COLUMNS = ("repeat_order_days", "age_at_last_order_days", "customer_age_days")
CUSTOMERS = "customers"
SPEND_COLUMNS = ("repeat_order_days", "mean_repeat_spend")
SUMMARY = "the customer summary"
PACKED = 2**53
PIECE = 2**15
# counting small numbers is faster than sorting them
COUNTED_BELOW = 2**16


class Histories(NamedTuple):
    """Distinct histories and how many customers have each; times in weeks."""

    x: np.ndarray
    t_x: np.ndarray
    T: np.ndarray
    weight: np.ndarray


class Spends(NamedTuple):
    """Distinct pairs of repeat orders and mean spend, and how many customers have each."""

    x: np.ndarray
    m: np.ndarray
    weight: np.ndarray


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
    weight = _customers(summary)
    usable, sizes, whole = np.zeros(len(summary), dtype=bool), np.zeros(3), True
    for rows, columns in _pieces(summary, HISTORY_COLUMNS):
        usable[rows] = kept = _is_usable(*columns)
        columns = columns if kept.all() else [column[kept] for column in columns]
        whole = whole and _are_whole(columns[1:])
        sizes = np.maximum(sizes, [column.max(initial=0) + 1 for column in columns])
    left_out = int((~usable).sum() if weight is None else weight[~usable].sum())
    weight = weight if weight is None or left_out == 0 else weight[usable]
    if whole and np.prod(sizes) < PACKED:
        packed = np.empty(usable.sum(), dtype=_packed_type(sizes))
        filled = 0
        for rows, columns in _pieces(summary, HISTORY_COLUMNS):
            piece = _packed(columns, sizes)[usable[rows]]
            packed[filled : filled + len(piece)] = piece
            filled += len(piece)
        x, t_x, T, weight = _count_packed(packed, sizes, weight)
    else:
        columns = numeric_arrays(summary, HISTORY_COLUMNS, SUMMARY)
        x, t_x, T, weight = count_equal([column[usable] for column in columns], weight)
    for days in (t_x, T):
        days /= DAYS_PER_WEEK
    return Histories(x, t_x, T, weight), left_out


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
        The distinct pairs with x > 0 and m > 0, sorted by m.
    spearman : float
        Rank correlation of x and m; NaN where one of them does not vary.
    customers : int
        Customers with a usable x.
    left_out : int
        Customers without one, and those with x > 0 of whom no positive m is known.
    """
    weight = _customers(summary)
    # what is not filled takes no memory
    orders, spend = np.empty(len(summary)), np.empty(len(summary))
    filled, customers, left_out, weights = 0, 0.0, 0.0, []
    for rows, (x, m) in _pieces(summary, SPEND_COLUMNS):
        usable = _is_count(x)
        informative = usable & _is_spend(x, m)
        uninformative = ~usable | ((x > 0) & ~informative)
        # positions take fewer steps than flags where these follow no order
        kept = np.flatnonzero(informative)
        orders[filled : filled + len(kept)] = x[kept]
        spend[filled : filled + len(kept)] = m[kept]
        filled += len(kept)
        if weight is None:
            customers += np.count_nonzero(usable)
            left_out += np.count_nonzero(uninformative)
        else:
            customers += weight[rows] @ usable
            left_out += weight[rows] @ uninformative
            weights.append(weight[rows][kept])
    orders, spend = orders[:filled], spend[:filled]
    weight = None if weight is None else np.concatenate([*weights, []])
    return *_count_spends(orders, spend, weight), int(customers), int(left_out)


def rank_correlation(x, ordered, weight=None):
    """
    Spearman's rank correlation with a column that is sorted.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Whole numbers not below 0.
    ordered : ndarray of shape (n,)
        Values of the other column, in ascending order.
    weight : ndarray of shape (n,), optional
        How many times each row counts; once if absent.

    Returns
    -------
    float
        NaN where one of them does not vary.

    Notes
    -----
    Equal values share their mean rank. Ranks less their mean are halves of whole numbers, so that
    their sums are exact, and the order of rows that are equal does not matter.

    Examples
    --------
    >>> round(rank_correlation(np.array([2, 1, 3, 3]), np.array([5.0, 6.0, 8.0, 8.0])), 3)
    0.778
    """
    if len(x) == 0:
        return np.nan
    code = x.astype(np.int64) if x.max() < COUNTED_BELOW else np.unique(x, return_inverse=True)[1]
    cells = int(code.max()) + 1
    size = len(x) if weight is None else weight.sum()
    middle = (size + 1) / 2
    start, before = 0, 0.0
    squares, of_cell, sum_of_cell = 0.0, np.zeros(cells), np.zeros(cells)
    while start < len(x):
        # a piece ends where a run of equal values does
        last = ordered[min(start + PIECE, len(x)) - 1]
        rows = slice(start, start + int(np.searchsorted(ordered[start:], last, side="right")))
        new = np.flatnonzero(_differs_from_previous(ordered[rows]))
        weights = np.ones(rows.stop - start) if weight is None else weight[rows]
        tied = len(new) < len(weights)
        equal = np.add.reduceat(weights, new) if tied else weights
        centred = before + np.cumsum(equal) - (equal - 1) / 2 - middle
        squares += equal @ centred**2
        by_row = np.repeat(centred, np.diff(new, append=len(weights))) if tied else centred
        of_cell += np.bincount(code[rows], weights=weights, minlength=cells)
        sum_of_cell += np.bincount(code[rows], weights=weights * by_row, minlength=cells)
        before += equal.sum()
        start = rows.stop
    centred = np.cumsum(of_cell) - (of_cell - 1) / 2 - middle
    spread = squares * (of_cell @ centred**2)
    return float(centred @ sum_of_cell / np.sqrt(spread)) if spread > 0 else np.nan


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
    Rows of whole numbers are sorted as one number each, other rows column by column.

    Examples
    --------
    >>> x, T, count = count_equal((np.array([1.0, 0.0, 1.0]), np.array([5.5, 9.0, 5.5])))
    >>> x.tolist(), T.tolist(), count.tolist()
    ([0.0, 1.0], [9.0, 5.5], [1.0, 2.0])
    """
    if len(columns[0]) == 0:
        return [*columns, np.zeros(0)]
    sizes = np.array([column.max() + 1 for column in columns])
    if np.prod(sizes) < PACKED and _are_whole(columns):
        return _count_packed(_packed(columns, sizes), sizes, weight)
    order = np.arange(len(columns[0]))
    for column in columns[:0:-1]:
        kind = None if column is columns[-1] else "stable"
        order = order[np.argsort(column[order], kind=kind)]
    order = order[np.argsort(columns[0][order], kind="stable")]
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


def _pieces(summary, names):
    """Yield rows of the summary and the named columns of these rows."""
    pieces = numeric_pieces(summary, names, SUMMARY, PIECE)
    for number, columns in enumerate(pieces):
        yield slice(number * PIECE, number * PIECE + len(columns[0])), columns


def _packed_type(sizes):
    return np.int32 if np.prod(sizes) < 2**31 else np.int64


def _packed(columns, sizes):
    """Write each row as one whole number; rows of anything else come out as anything."""
    packed = columns[0]
    for column, size in zip(columns[1:], sizes[1:], strict=True):
        packed = packed * size + column
    with np.errstate(invalid="ignore"):
        return packed.astype(_packed_type(sizes))


def _count_packed(packed, sizes, weight=None):
    if len(packed) == 0:
        return [*np.zeros((len(sizes), 0)), np.zeros(0)]
    if weight is None:
        packed.sort()
    else:
        order = _order(packed, np.prod(sizes))
        packed, weight = packed[order], weight[order]
    new = np.flatnonzero(_differs_from_previous(packed))
    if weight is None:
        counts = np.diff(new, append=len(packed)).astype(float)
    else:
        counts = np.add.reduceat(weight, new)
    packed = packed[new]
    unpacked = []
    for size in reversed(sizes.astype(packed.dtype)):
        unpacked.append((packed % size).astype(float))
        packed //= size
    return [*reversed(unpacked), counts]


def _order(packed, cells):
    """Return the order of whole numbers below `cells`: numbers are sorted faster than positions."""
    bits = len(packed).bit_length()
    if cells * 2.0**bits >= 2**63:
        return np.argsort(packed)
    numbered = (packed.astype(np.int64) << bits) | np.arange(len(packed))
    numbered.sort()
    return numbered & (2**bits - 1)


def _count_spends(x, m, weight):
    if not len(m):
        return Spends(x, m, np.zeros(0)), np.nan
    order = np.argsort(m)
    x, m = x[order], m[order]
    weight = None if weight is None else weight[order]
    del order
    spearman = rank_correlation(x, m, weight)
    if not _differs_from_previous(m).all():
        x, m, weight = _count_tied(x, m, weight)
    return Spends(x, m, np.ones(len(m)) if weight is None else weight), spearman


def _count_tied(x, m, weight):
    """Count equal pairs where rows are sorted by m alone."""
    order = np.lexsort((x, m))
    x, m = x[order], m[order]
    new = np.flatnonzero(_differs_from_previous(m, x))
    weight = np.ones(len(m)) if weight is None else weight[order]
    return x[new], m[new], np.add.reduceat(weight, new)


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
