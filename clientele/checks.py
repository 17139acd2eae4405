"""Check what comes in, and say in one sentence what is wrong with it."""

import math
from numbers import Number

import numpy as np
import pandas as pd


def numeric_columns(frame, names, table):
    """
    Take the named columns of a table as floats, missing values as NaN.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table.
    names : sequence of str
        The columns wanted, in the order wanted.
    table : str
        What the table is called in an error message.

    Returns
    -------
    pandas.DataFrame
        The columns as float64, under a fresh index 0, 1, 2, ...

    Raises
    ------
    TypeError
        If `frame` is no DataFrame or a column holds something other than numbers.
    ValueError
        If a column is missing.

    Examples
    --------
    >>> numeric_columns(pd.DataFrame({"orders": [3]}), ["orders", "spend"], "the summary")
    Traceback (most recent call last):
        ...
    ValueError: the summary lacks the column spend; it has: orders.
    """
    return pd.DataFrame(dict(zip(names, numeric_arrays(frame, names, table), strict=True)))


def numeric_arrays(frame, names, table):
    """
    Take the named columns of a table as arrays, for use where a million rows should not be copied.

    Parameters
    ----------
    frame, names, table
        As for `numeric_columns`, which raises the same errors.

    Returns
    -------
    list of ndarray of float64
        Missing values are NaN; not to be written to, for they may be the table's own.

    Examples
    --------
    >>> numeric_arrays(pd.DataFrame({"orders": [3, None]}), ["orders"], "the summary")
    [array([ 3., nan])]
    """
    columns = _numbers(frame, names, table)
    return [column.astype(float, copy=False) for column in columns]


def numeric_pieces(frame, names, table, rows):
    """
    Take the named columns of a table as arrays, so many rows at a time.

    Parameters
    ----------
    frame, names, table
        As for `numeric_columns`, which raises the same errors.
    rows : int
        How many rows a piece has; the last may have fewer.

    Returns
    -------
    iterator of list of ndarray of float64
        Missing values are NaN; not to be written to, for they may be the table's own.

    Examples
    --------
    >>> frame = pd.DataFrame({"orders": [3, 4, 5]})
    >>> list(numeric_pieces(frame, ["orders"], "the summary", rows=2))
    [[array([3., 4.])], [array([5.])]]
    """
    columns = _numbers(frame, names, table)
    return (
        [column[cut : cut + rows].astype(float, copy=False) for column in columns]
        for cut in range(0, len(frame), rows)
    )


def require_columns(frame, names, table):
    """
    Check that a table has the named columns.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table.
    names : sequence of str
        The columns wanted.
    table : str
        What the table is called in an error message.

    Raises
    ------
    TypeError
        If `frame` is no DataFrame.
    ValueError
        If a column is missing; the message names it and lists what was found.
    """
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"{table} must be a pandas DataFrame, not {type(frame).__name__}.")
    missing = [name for name in names if name not in frame.columns]
    if missing:
        noun = "column" if len(missing) == 1 else "columns"
        found = ", ".join(map(str, frame.columns)) or "no columns at all"
        raise ValueError(f"{table} lacks the {noun} {', '.join(missing)}; it has: {found}.")


def _numbers(frame, names, table):
    """Return the named columns as arrays of numbers, the table's own where it has such."""
    require_columns(frame, names, table)
    return [_array(frame[name], name, table) for name in names]


def _array(column, name, table):
    if pd.api.types.is_numeric_dtype(column):
        own = isinstance(column.dtype, np.dtype)
        return column.to_numpy() if own else column.to_numpy(dtype=float, na_value=np.nan)
    if not column.map(_is_number_or_missing).all():
        raise TypeError(f"{table}: the column {name} must hold numbers, not {column.dtype}.")
    return column.astype(object).where(column.notna(), np.nan).to_numpy(dtype=float)


def _is_number_or_missing(value):
    return isinstance(value, Number) or pd.isna(value)


def whole_number(name, value, at_least):
    """
    Read a setting that must be a whole number; text such as ``"4"`` is accepted.

    Parameters
    ----------
    name : str
        The setting, as the user knows it.
    value : int or str
        What was configured.
    at_least : int
        The smallest legal value.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the value is not a whole number of at least `at_least`.

    Examples
    --------
    >>> whole_number("n_clusters", "4", at_least=1)
    4
    >>> whole_number("n_clusters", "four", at_least=1)
    Traceback (most recent call last):
        ...
    ValueError: n_clusters must be a whole number of at least 1, not 'four'.
    """
    try:
        number = int(str(value))
    except ValueError:
        number = None
    if number is None or number < at_least:
        raise ValueError(
            f"{name} must be a whole number of at least {at_least}, not {value!r}."
        ) from None
    return number


def real_number(name, value, at_least):
    """
    Read a setting that must be a number; text such as ``"0.10"`` is accepted.

    Parameters
    ----------
    name : str
        The setting, as the user knows it.
    value : float or str
        What was configured.
    at_least : float
        The smallest legal value.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the value is not a finite number of at least `at_least`.

    Examples
    --------
    >>> real_number("clv_annual_discount_rate", "0.10", at_least=0)
    0.1
    >>> real_number("clv_annual_discount_rate", "10 %", at_least=0)
    Traceback (most recent call last):
        ...
    ValueError: clv_annual_discount_rate must be a number of at least 0, not '10 %'.
    """
    try:
        number = float(str(value))
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number >= at_least):
        raise ValueError(f"{name} must be a number of at least {at_least}, not {value!r}.")
    return number
