"""Write the audiences of a warehouse as lists for people and for machines: CSV and Parquet.

Notes
-----
A CSV list is for people. It begins with a byte order mark, because Excel reads a UTF-8 file
without one in the code page of the country and breaks every accent; readers of data (DuckDB,
pandas, Polars) skip it. Fields are quoted as in RFC 4180. A text that a spreadsheet would run as a
formula is given an apostrophe in front of it, so a customer id of that kind is no longer the id:
what is joined to something else is the Parquet list, which holds every value as it is.

References
----------
OWASP, CSV Injection. https://owasp.org/www-community/attacks/CSV_Injection
RFC 4180, Common Format and MIME Type for Comma-Separated Values (CSV) Files, section 2.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

# What a spreadsheet may take for the beginning of a formula, also in full width and behind what it
# trims. Characters stand for themselves, so that Python and DuckDB read the pattern alike.
FORMULA = "^([\t\r\n]|[ \t\r\n\v\f\u00a0\ufeff\"']*[=+@\uff1d\uff0b\uff0d\uff20-])"
# Names that Windows gives to no file.
RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")

LIST_COLUMNS = [
    "customer_id",
    "membership",
    "entered_date",
    "previous_audience",
    "current_audience",
    "is_to_contact",
    "contact_obstacle",
    "is_holdout",
    "offer",
    "channel",
    "cost_per_contact",
    "discount_rate",
    "planned_offer",
    "planned_channel",
    "rule_reason",
    "clv_6m",
    "as_of_date",
    "previous_as_of_date",
]
OVERVIEW_COLUMNS = [
    "audience_kind",
    "audience",
    "is_contact",
    "as_of_date",
    "previous_as_of_date",
    "members",
    "previous_members",
    "entered_members",
    "left_members",
    "members_to_contact",
    "control_group_members",
    "clv_6m",
]


@dataclass(frozen=True)
class Audience:
    """An audience as it was written.

    Attributes
    ----------
    kind : str
        segment or action.
    name : str
        Name of the segment or action.
    file_name : str
        Name of its files without ending.
    is_contact : bool
        Whether its members are to be contacted, those of the control group aside.
    members : int
        Customers in it.
    entered, left : int or None
        Customers who entered and left it since the previous as-of date; None when there is none.
    rows : dict of str to int
        Customers in each of its lists: "" (the audience, or whom of it to contact),
        "control_group" and "left".
    """

    kind: str
    name: str
    file_name: str
    is_contact: bool
    members: int
    entered: int | None
    left: int | None
    rows: dict[str, int]


@dataclass(frozen=True)
class Export:
    """The folder that was written, its days, its audiences, and how many ids are neutralised."""

    folder: Path
    as_of_date: date
    previous_as_of_date: date | None
    audiences: list[Audience]
    neutralised_customers: int


def neutralised(text: str) -> str:
    r"""Put an apostrophe before a text that a spreadsheet may run as a formula.

    Parameters
    ----------
    text : str
        What a cell shall show.

    Returns
    -------
    str
        The text, with an apostrophe in front if it begins with =, +, -, @ (in full width too, and
        behind blanks and quotes) or with a tab or a line break.

    Examples
    --------
    >>> neutralised('=HYPERLINK("x")')
    '\'=HYPERLINK("x")'
    >>> neutralised("-2+3"), neutralised(' "@SUM(A1)')
    ("'-2+3", '\' "@SUM(A1)')
    >>> neutralised("12347"), neutralised("a=b"), neutralised("")
    ('12347', 'a=b', '')
    """
    return f"'{text}" if re.match(FORMULA, text) else text


def file_names(names: Iterable[str]) -> dict[str, str]:
    """Give each name a file name that every system takes and no other name has.

    Parameters
    ----------
    names : iterable of str
        Names of audiences, as an analyst has written them into a seed.

    Returns
    -------
    dict of str to str
        Letters, digits, _ and - of the name, anything else as _; numbered where two names would
        have the same file on a system that does not tell capitals apart.

    Examples
    --------
    >>> file_names(["champions", "Champions", "../etc/passwd", "10 % off", "con", ""])
    {'': 'unnamed', '../etc/passwd': '_etc_passwd', '10 % off': '10_off', 'Champions': 'Champions',
     'champions': 'champions_2', 'con': 'con_'}
    """
    taken: set[str] = set()
    chosen = {}
    for name in sorted(names):
        plain = re.sub(r"[^\w-]+", "_", name)[:100] or "unnamed"
        if RESERVED.fullmatch(plain.casefold()):
            plain += "_"
        candidate, number = plain, 1
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{plain}_{number}"
        taken.add(candidate.casefold())
        chosen[name] = candidate
    return chosen


def export_audiences(warehouse: Path, folder: Path) -> Export:
    """Write every audience of a warehouse into a folder that is named after the as-of date.

    A segment has one list of its members. An action that contacts people has one list of those to
    contact and one of its control group, who must not be contacted; an action that contacts nobody
    has one of all. Who has left since the previous as-of date stands in a list apart, if there is
    such a date. Members that are worth the most come first.

    The folder is written beside its place and put there when it is complete: a reader sees the
    lists of the last export or those of this one.

    Parameters
    ----------
    warehouse : Path
        The DuckDB file; it is only read.
    folder : Path
        Where the folder ``<as_of_date>`` shall be: ``<as_of_date>/<kind>/<audience>.csv`` and
        ``.parquet``, ``<audience>.control_group``, ``<audience>.left`` likewise, and the counts of
        all audiences in ``<as_of_date>/audiences``.

    Returns
    -------
    Export
        What was written.

    Raises
    ------
    LookupError
        If the warehouse has no audiences.
    duckdb.Error
        If the warehouse cannot be read.
    OSError
        If the folder cannot be written; one that was there before is left as it was.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        audiences, as_of_date, previous_as_of_date = _audiences(connection)
        folder.mkdir(parents=True, exist_ok=True)
        written = folder / f".{as_of_date}-{os.getpid()}"
        shutil.rmtree(written, ignore_errors=True)
        written.mkdir()
        try:
            overview = f"select {', '.join(OVERVIEW_COLUMNS)} from marts.fct_audiences order by all"
            _write(connection, overview, written / "audiences")
            for audience in audiences:
                (written / audience.kind).mkdir(exist_ok=True)
                for name, condition in _lists(audience):
                    file_name = f"{audience.file_name}.{name}" if name else audience.file_name
                    audience.rows[name] = _write(
                        connection,
                        _list_query(audience, condition),
                        written / audience.kind / file_name,
                    )
            (odd_customers,) = connection.execute(
                f"""
                select count(distinct customer_id)
                from marts.fct_audience_members
                where regexp_matches(customer_id, {_literal(FORMULA)})
                """
            ).fetchone()
            place = folder / str(as_of_date)
            _put(written, place)
        finally:
            shutil.rmtree(written, ignore_errors=True)
    return Export(place, as_of_date, previous_as_of_date, audiences, odd_customers)


def _audiences(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[list[Audience], date, date | None]:
    """Read the audiences, their counts and the two days."""
    try:
        rows = connection.execute(
            """
            select
                audience_kind,
                audience,
                is_contact,
                members,
                entered_members,
                left_members,
                as_of_date,
                previous_as_of_date
            from marts.fct_audiences
            order by audience_kind desc, audience
            """
        ).fetchall()
    except duckdb.CatalogException:
        raise LookupError("The warehouse has no audiences: run make build first.") from None
    if not rows or rows[0][6] is None:
        raise LookupError("The warehouse has no orders, so there are no audiences of a day.")
    names = {
        kind: file_names(row[1] for row in rows if row[0] == kind)
        for kind in {row[0] for row in rows}
    }
    audiences = [
        Audience(kind, name, names[kind][name], *counts, rows={})
        for kind, name, *counts, _, _ in rows
    ]
    return audiences, rows[0][6], rows[0][7]


def _lists(audience: Audience) -> Iterator[tuple[str, str]]:
    """Name the lists of an audience, and who is on them."""
    if audience.is_contact:
        yield "", "is_to_contact"
        yield "control_group", "membership <> 'left' and is_holdout"
    else:
        yield "", "membership <> 'left'"
    if audience.left is not None:
        yield "left", "membership = 'left'"


def _list_query(audience: Audience, condition: str) -> str:
    """Query one list of an audience."""
    return f"""
        select {", ".join(LIST_COLUMNS)}
        from marts.fct_audience_members
        where
            audience_kind = {_literal(audience.kind)}
            and audience = {_literal(audience.name)}
            and {condition}
        order by clv_6m desc nulls last, customer_id
    """


def _write(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    """Write the rows of a query as CSV and as Parquet; return how many there are."""
    columns = connection.execute(f"describe {query}").fetchall()
    # numbers, dates and flags are none of a spreadsheet's formulas, and a number below 0 stays one
    cells = [
        f"case when regexp_matches({name}, {_literal(FORMULA)}) then '''' || {name} else {name} end"
        if data_type == "VARCHAR"
        else name
        for name, data_type, *_ in columns
    ]
    names = [name for name, *_ in columns]
    # the byte order mark stands before the first name of the header
    names[0] = f"\ufeff{names[0]}"
    selected = ", ".join(f'{cell} as "{name}"' for cell, name in zip(cells, names, strict=True))
    connection.execute(f"copy ({query}) to {_literal(f'{path}.parquet')} (format parquet)")
    (rows,) = connection.execute(
        f"copy (select {selected} from ({query})) to {_literal(f'{path}.csv')} (format csv, header)"
    ).fetchone()
    return rows


def _put(written: Path, place: Path) -> None:
    """Put a complete folder in its place, and what was there away."""
    before = written.with_name(f"{written.name}-before")
    shutil.rmtree(before, ignore_errors=True)
    if place.exists():
        place.rename(before)
    try:
        written.rename(place)
    except OSError:
        if before.exists():
            before.rename(place)
        raise
    shutil.rmtree(before, ignore_errors=True)


def _literal(text: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
