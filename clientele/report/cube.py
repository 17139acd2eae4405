"""Aggregates that the filters of the report choose from: a cube of sales and of customers.

Money and orders add up, so that one row per month, country, channel and segment answers every
filter. Customers do not: who buys in two months or two countries is one customer. They are counted
for every combination of filters, each dimension also at *all*, by month and by the month of the
same combination in which the customer bought before. A period then has as many customers as have
bought in it without having bought in it before: an exact count for every period, without an id.
"""

from dataclasses import dataclass

# What a filter offers; the rest are one member, "other".
MOST_COUNTRIES = 12
MOST_CHANNELS = 8
# Pairs of months over all combinations; beyond them fewer countries stand alone.
MOST_PAIRS = 400_000

UNKNOWN_CUSTOMER = "unknown_customer"
NO_SEGMENT = "no_segment"
DIMENSIONS = ("country", "channel", "segment")
MEASURES = (
    "order_count",
    "units",
    "gross_revenue",
    "discount_amount",
    "returns_amount",
    "net_revenue",
    "new_net_revenue",
    "unknown_customer_net_revenue",
)


@dataclass(frozen=True)
class Members:
    """
    What stands in one filter.

    Attributes
    ----------
    names : list of str
        The members that stand alone, the one with the most revenue first.
    other_count : int
        How many more there are; they are one member after the others, if there are any.
    """

    names: list
    other_count: int

    @property
    def count(self) -> int:
        """Number of members, other ones as one."""
        return len(self.names) + (self.other_count > 0)


def sales_cube(connection, most_pairs=MOST_PAIRS):
    """
    Aggregate orders and customers for every combination of filters.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        One whose current schema holds fct_orders, fct_customer_rfm and fct_sales_monthly.
    most_pairs : int
        Pairs of months that the counts of customers may take, over all combinations.

    Returns
    -------
    dict
        ``months``, the dates that months start on; ``is_partial``, which of them are not whole;
        ``members`` by dimension; ``cells``, columns of keys and measures; ``customers``, columns of
        the combinations' counts. Numbers of members start at 0, and at *all* in combinations.

    Notes
    -----
    The key of a cell is ((month · countries + country) · channels + channel) · segments + segment;
    keys are written as differences, which compress well. The key of a combination is the same
    without months and with *all* as 0. A pair of months is month · (months + 1) + earlier month,
    where months count from 0 and earlier ones from 1, 0 being none.
    """
    months = connection.execute(
        "select month_start_date, is_partial_period from fct_sales_monthly order by 1"
    ).fetchall()
    _prepare_orders(connection)
    visits = connection.execute(
        "select count(*) from (select distinct customer_number, month_number from report_orders "
        "where is_sale and customer_number is not null)"
    ).fetchone()[0]
    members = _chosen_members(connection, len(months), visits, most_pairs)
    _number_members(connection, members)
    scale = _scale(connection)
    return {
        "months": [month.isoformat() for month, _ in months],
        "is_partial": [bool(partial) for _, partial in months],
        "members": {
            dimension: {"names": found.names, "other_count": found.other_count}
            for dimension, found in members.items()
        },
        "cells": _cells(connection, members, scale) | {"scale": scale},
        "customers": _customers(connection, members, len(months)),
    }


def _prepare_orders(connection):
    """Write the orders with what they are filtered by into a temporary table."""
    connection.execute(
        f"""
        create or replace temp table report_orders as
        with customers as (
            -- a million customers are grouped faster by number than by name
            select
                customer_id,
                cast(row_number() over () as int) as customer_number,
                date_trunc('month', min(order_date) filter (where is_sale)) as first_month
            from fct_orders
            where customer_id is not null
            group by customer_id
        )
        select
            date_diff('month', start.first_month, orders.order_date) as month_number,
            customers.customer_number,
            coalesce(orders.country, 'unknown') as country,
            coalesce(orders.channel, 'unknown') as channel,
            case
                when orders.customer_id is null then '{UNKNOWN_CUSTOMER}'
                else coalesce(rfm.segment, '{NO_SEGMENT}')
            end as segment,
            orders.is_sale,
            coalesce(
                date_trunc('month', orders.order_date) = customers.first_month, false
            ) as is_first_month,
            orders.units,
            orders.gross_revenue,
            orders.discount_amount,
            orders.returns_amount,
            orders.net_revenue
        from fct_orders as orders
        cross join (select min(month_start_date) as first_month from fct_sales_monthly) as start
        left join customers on orders.customer_id = customers.customer_id
        left join fct_customer_rfm as rfm on orders.customer_id = rfm.customer_id
        """
    )


def _ranked_members(connection, dimension):
    """Return the members of a dimension, the one with the most revenue first."""
    rows = connection.execute(
        f"select {dimension} from report_orders group by 1 order by sum(net_revenue) desc, 1"
    ).fetchall()
    return [member for (member,) in rows]


def most_members(ranked, most):
    """
    Keep the first members apart, and the rest together if they are more than one.

    Parameters
    ----------
    ranked : list of str
        All members.
    most : int
        How many stand alone.

    Returns
    -------
    Members

    Examples
    --------
    >>> most_members(["France", "Spain", "Malta"], 1)
    Members(names=['France'], other_count=2)
    >>> most_members(["France", "Spain"], 1)
    Members(names=['France', 'Spain'], other_count=0)
    """
    if len(ranked) <= most + 1:
        return Members(ranked, 0)
    return Members(ranked[:most], len(ranked) - most)


def pairs_needed(month_count, visits, member_counts):
    """
    Bound the pairs of months that the counts of customers take.

    Parameters
    ----------
    month_count : int
        Months of the cube.
    visits : int
        Months in which a customer bought, summed over customers.
    member_counts : list of int
        Members of each dimension; one of a single member is no dimension.

    Returns
    -------
    int

    Examples
    --------
    >>> pairs_needed(25, 10_000_000, [13, 5, 11])
    327600
    >>> pairs_needed(25, 1_000, [13, 5, 11])
    8000
    """
    combinations, halvings = 1, 1
    for count in member_counts:
        if count > 1:
            combinations *= count + 1
            halvings *= 2
    return min(combinations * month_count * (month_count + 1) // 2, visits * halvings)


def _chosen_members(connection, month_count, visits, most_pairs):
    """Choose as many members as fit, countries giving way first and channels next."""
    ranked = {dimension: _ranked_members(connection, dimension) for dimension in DIMENSIONS}
    for channels in range(MOST_CHANNELS, -1, -1):
        for countries in range(MOST_COUNTRIES, -1, -1):
            members = {
                "country": most_members(ranked["country"], countries),
                "channel": most_members(ranked["channel"], channels),
                "segment": Members(ranked["segment"], 0),
            }
            counts = [found.count for found in members.values()]
            if pairs_needed(month_count, visits, counts) <= most_pairs:
                return members
    return members


def _number_members(connection, members):
    """Put the numbers of members beside the orders."""
    numbers = []
    for dimension, found in members.items():
        connection.execute(f"create or replace temp table report_{dimension} (name text, n int)")
        if found.names:
            connection.executemany(
                f"insert into report_{dimension} values (?, ?)",
                [[name, number] for number, name in enumerate(found.names)],
            )
        numbers.append(
            f"coalesce((select n from report_{dimension} as members "
            f"where members.name = orders.{dimension}), {len(found.names)}) as {dimension}_number"
        )
    connection.execute(
        "create or replace temp table report_numbered as "
        f"select orders.*, {', '.join(numbers)} from report_orders as orders"
    )


def _scale(connection):
    """Parts of a unit of money and of goods that make every amount a whole number."""
    parts = " or ".join(
        f"{amount} <> round({amount}, 2)"
        for amount in ("gross_revenue", "discount_amount", "returns_amount", "net_revenue", "units")
    )
    found = connection.execute(
        f"select count(*) from (select 1 from report_orders where {parts} limit 1)"
    ).fetchone()[0]
    return 10_000 if found else 100


def _differences(values):
    """Write ascending numbers as differences."""
    return [value - before for value, before in zip(values, [0, *values[:-1]], strict=True)]


def _cells(connection, members, scale):
    """Sum up by month, country, channel and segment."""
    countries, channels, segments = (members[dimension].count for dimension in DIMENSIONS)

    def total(expression):
        return f"cast(coalesce(sum({expression}), 0) * {scale} as bigint)"

    rows = connection.execute(
        f"""
        select
            ((cast(month_number as bigint) * {countries} + country_number) * {channels}
                + channel_number) * {segments} + segment_number as cell,
            count(*) filter (where is_sale),
            {total("units")},
            {total("gross_revenue")},
            {total("discount_amount")},
            {total("returns_amount")},
            {total("net_revenue")},
            {total("case when is_first_month then net_revenue end")},
            {total("case when customer_number is null then net_revenue end")}
        from report_numbered
        group by cell
        order by cell
        """
    ).fetchall()
    columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * (1 + len(MEASURES))
    return {"key": _differences(columns[0])} | dict(zip(MEASURES, columns[1:], strict=True))


def _customers(connection, members, month_count):
    """Count customers for every combination of members and *all*."""
    counts = [members[dimension].count for dimension in DIMENSIONS]
    connection.execute(
        """
        create or replace temp table report_visits as
        select
            customer_number, month_number, country_number, channel_number, segment_number,
            bool_or(is_first_month) as is_first_month
        from report_numbered
        where is_sale and customer_number is not null
        group by all
        """
    )
    combinations, sizes, pairs, customers = [], [], [], []
    new_combinations, new_months, new_customers = [], [], []
    choices = [[]]
    for count in counts:
        choices = [[*choice, flag] for choice in choices for flag in ([0, 1] if count > 1 else [0])]
    for choice in choices:
        key = "0"
        for dimension, flag, count in zip(DIMENSIONS, choice, counts, strict=True):
            key = f"({key}) * {count + 1} + {f'{dimension}_number + 1' if flag else '0'}"
        connection.execute(
            f"""
            create or replace temp table report_combination as
            select
                cast({key} as int) as combination,
                customer_number,
                month_number,
                bool_or(is_first_month) as is_first_month,
                lag(month_number) over (
                    partition by combination, customer_number order by month_number
                ) as earlier_month_number
            from report_visits
            group by combination, customer_number, month_number
            """
        )
        rows = connection.execute(
            f"""
            select
                combination,
                month_number * {month_count + 1} + coalesce(earlier_month_number + 1, 0) as pair,
                count(*)
            from report_combination
            group by all
            order by 1, 2
            """
        ).fetchall()
        for combination, pair, count in rows:
            if not combinations or combinations[-1] != combination:
                combinations.append(combination)
                sizes.append(0)
                before = 0
            sizes[-1] += 1
            pairs.append(pair - before)
            before = pair
            customers.append(count)
        for combination, month, count in connection.execute(
            "select combination, month_number, count(*) from report_combination "
            "where is_first_month group by all order by 1, 2"
        ).fetchall():
            new_combinations.append(combination)
            new_months.append(month)
            new_customers.append(count)
    return {
        "combination": combinations,
        "size": sizes,
        "pair": pairs,
        "customers": customers,
        "new_combination": new_combinations,
        "new_month": new_months,
        "new_customers": new_customers,
    }
