"""Read what is published, or what is built if that is all there is: queries, report, audiences."""

import argparse
import contextlib
import os
import sys
from pathlib import Path

from commands.paths import PROJECT, readable_path, report_path, stop, warehouse_path

# What a user may ask first: a sentence and its query.
QUERIES = {
    "What moved most in the last month?": """
        select sentence
        from marts.fct_insights
        order by insight_rank
        limit 10
    """,
    "Which kinds of customers bring the money?": """
        select segment, customers, round(monetary_share, 3) as money_share
        from marts.fct_segment_profiles
        where segmentation = 'rfm'
        order by monetary_share desc
    """,
    "Do customers come back?": """
        select month_start_date, new_customers, retained_customers, round(retention_rate, 3) as rate
        from marts.fct_customer_base_monthly
        order by month_start_date
    """,
    "Who will be worth the most in the next half year?": """
        select customer_id, round(expected_orders_26w, 1) as orders, round(clv_6m, 2) as clv_6m
        from marts.fct_customer_lifetime_value
        order by clv_6m desc nulls last, customer_id
        limit 10
    """,
}


def query(arguments: argparse.Namespace) -> None:
    """Print the answer of the published marts to a query, or of the warehouse that is built."""
    import duckdb

    from clientele.publishing import locked_by

    path = readable_path(arguments.working)
    if not arguments.sql.strip():
        stop('Say what to ask, for example: make query SQL="from marts.fct_orders limit 10"')
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            answer = connection.sql(arguments.sql)
            if answer is not None:
                answer.show(max_width=200 if not sys.stdout.isatty() else None, max_rows=200)
    except duckdb.Error as error:
        holder = locked_by(str(error))
        if holder:
            stop(f"{path} is open for writing in {holder}: wait until that has ended.")
        hint = "\n(The published file has the marts alone; WORKING=1 asks the file that is built.)"
        lacking = isinstance(error, duckdb.CatalogException) and path != warehouse_path()
        stop(f"{error}{hint if lacking else ''}")


def tell_headlines() -> None:
    """Print the sentences to read first."""
    import duckdb

    with (
        duckdb.connect(str(readable_path()), read_only=True) as connection,
        # a project may have done without that mart
        contextlib.suppress(duckdb.CatalogException),
    ):
        query = "select sentence from marts.fct_headlines order by headline_rank"
        sentences = connection.sql(query).fetchall()
        print("\nWhat to know first:" if sentences else "")
        for (sentence,) in sentences:
            print(f"  - {sentence}")


def write_page(warehouse: Path, output: Path) -> None:
    """Write the report and say where it is."""
    from clientele.report.page import write_report

    settings = {"memory_limit": os.environ.get("CLIENTELE_MEMORY_LIMIT", "4GB")}
    size = write_report(warehouse, output, settings=settings)
    print(f"\nThe report is {output} ({size / 1e6:.1f} MB): open it in a browser.")


def report(arguments: argparse.Namespace) -> None:
    """Write the report of what is published, or of another DuckDB file."""
    from clientele.report.page import ReportError

    caller = Path(arguments.caller or PROJECT)
    given = arguments.warehouse and caller / os.path.expanduser(arguments.warehouse)
    output = arguments.to and caller / os.path.expanduser(arguments.to)
    try:
        write_page(given or readable_path(), output or report_path())
    except ReportError as error:
        stop(str(error))


def audiences(arguments: argparse.Namespace) -> None:
    """Write who is in which audience, who entered and who left, as CSV and Parquet."""
    import duckdb

    from clientele.audiences import export_audiences

    path = readable_path()
    folder = PROJECT / "audiences"
    if arguments.to:
        folder = Path(arguments.caller or PROJECT, os.path.expanduser(arguments.to))
    try:
        export = export_audiences(path, folder)
    except (duckdb.Error, LookupError, OSError) as error:
        stop(str(error))
    previous = export.previous_as_of_date
    since = f"compared with {previous}" if previous else "the first ones, compared with nothing"
    print(f"The audiences of {export.as_of_date}, {since}:\n")
    for audience in export.audiences:
        told = [f"{audience.members} members"]
        if audience.is_contact:
            told.append(f"{audience.rows['']} to contact")
            told.append(f"{audience.rows['control_group']} in the control group")
        if previous:
            told.append(f"{audience.entered} entered, {audience.left} left")
        print(f"  {audience.kind:<8} {audience.name:<20} {'; '.join(told)}")
    if export.neutralised_customers:
        print(
            f"\nIn the CSV files {export.neutralised_customers} customer ids have an apostrophe in"
            " front, because a spreadsheet would run them as formulas; in the Parquet files not."
        )
    print(f"\nThey are in {export.folder}, as CSV (for spreadsheets) and Parquet (for programs).")
