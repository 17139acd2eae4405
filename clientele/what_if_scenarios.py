"""What is asked of a what-if: changes of levers, and how many new customers there would be."""

from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from clientele.what_if_totals import YEAR

LEVERS = ("retention", "frequency", "order_value", "acquisition")


class Scenarios(NamedTuple):
    """
    Changes of the levers.

    Attributes
    ----------
    changes : ndarray of shape (scenarios, 4)
        Retention, frequency, order value, acquisition.
    is_asked : ndarray of shape (scenarios,)
        Whether it is the one that was asked for.
    """

    changes: np.ndarray
    is_asked: np.ndarray

    @classmethod
    def of(cls, changes, asked):
        """
        Combine every change of a lever with every one of the others, and add a single scenario.

        Parameters
        ----------
        changes : sequence of float
            Relative changes that every lever takes; 0 among them.
        asked : dict of str to float
            Change by lever; a lever that is not named does not change.

        Returns
        -------
        Scenarios

        Raises
        ------
        ValueError
            If 0 is not among the changes, a lever does not exist or a change is not above -1.

        Examples
        --------
        >>> scenarios = Scenarios.of([0, 0.1], {"frequency": 0.25})
        >>> scenarios.changes.shape, scenarios.changes[scenarios.is_asked].tolist()
        ((17, 4), [[0.0, 0.25, 0.0, 0.0]])
        >>> Scenarios.of([0, 0.1], {"price": 0.25})
        Traceback (most recent call last):
            ...
        ValueError: There is no lever price, only retention, frequency, order_value, acquisition.
        """
        for name in asked:
            if name not in LEVERS:
                raise ValueError(f"There is no lever {name}, only {', '.join(LEVERS)}.")
        levels = sorted({float(change) for change in changes})
        wanted = tuple(float(asked.get(name, 0)) for name in LEVERS)
        if 0 not in levels:
            raise ValueError(f"The changes must hold 0, the shop as it is; they are {levels}.")
        if not min(*levels, *wanted) > -1:
            raise ValueError("A change must be above -1: nothing can fall by more than all of it.")
        rows = list(product(levels, repeat=len(LEVERS)))
        if wanted not in rows:
            rows.append(wanted)
        return cls(np.array(rows), np.array([row == wanted for row in rows]))


def newcomers_by_month(days, as_of_date):
    """
    Expect as many new customers of a month as there were in the same month a year before.

    Parameters
    ----------
    days : pandas.DataFrame
        ``order_date`` and ``first_purchases``.
    as_of_date : datetime.date
        The last day.

    Returns
    -------
    newcomers : ndarray of shape (12,)
        Of the first month ahead, ..., of the twelfth. Where the first purchase is less than a year
        ago, what came in these days per day, in every month a twelfth of a year's.
    known_days : int
        Of how many days they are.

    Examples
    --------
    >>> import datetime
    >>> days = pd.DataFrame({"order_date": pd.date_range("2023-01-01", "2024-12-31")})
    >>> days["first_purchases"] = days["order_date"].dt.month
    >>> newcomers, known_days = newcomers_by_month(days, datetime.date(2024, 12, 31))
    >>> newcomers[[0, 11]].tolist(), known_days
    ([31.0, 372.0], 366)
    >>> float(newcomers_by_month(days.tail(31), datetime.date(2024, 12, 31))[0].sum().round(6))
    4380.0
    """
    as_of = pd.Timestamp(as_of_date)
    dates = pd.to_datetime(days["order_date"])
    ends = pd.DatetimeIndex([as_of - pd.DateOffset(months=YEAR - n) for n in range(YEAR + 1)])
    counts = days["first_purchases"].to_numpy(dtype=float)
    known_days = (as_of - ends[0]).days
    if len(dates) and dates.min() > ends[0] + pd.Timedelta(days=1):
        known_days = (as_of - dates.min()).days + 1
        return np.full(YEAR, counts.sum() / known_days * 365 / YEAR), known_days
    month = np.searchsorted(ends, dates.to_numpy(), side="left") - 1
    inside = (month >= 0) & (month < YEAR)
    return np.bincount(month[inside], weights=counts[inside], minlength=YEAR), known_days


def clock_ahead(passed):
    """
    Carry a clock on beyond its last day: its seasons come again every year.

    Parameters
    ----------
    passed : mapping of int to float
        How many days of the clock pass in so many days, from 0 to at least 365.

    Returns
    -------
    callable
        The same for any number of days.

    Examples
    --------
    >>> clock = clock_ahead({day: day / 2 + min(day, 10) for day in range(367)})
    >>> clock(366), clock(366 + 365), clock(366 + 366)
    (193.0, 384.5, 386.0)
    """
    last = max(passed)
    year = passed[last] - passed[last - 365]

    def clock(day):
        if day <= last:
            return passed[day]
        years, rest = divmod(day - last, 365)
        return passed[last] + years * year + passed[last - 365 + rest] - passed[last - 365]

    return clock
