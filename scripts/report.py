"""Write the report: what `make report` runs."""

import argparse
import os
from pathlib import Path

from warehouse import PROJECT, stop, warehouse_path

PUBLISHED_FILE = "clientele.duckdb"


def published_file() -> Path:
    """Path of the published marts that belong to the warehouse."""
    named = os.environ.get("CLIENTELE_PUBLISHED")
    if named:
        return PROJECT / os.path.expanduser(named) / PUBLISHED_FILE
    if not os.environ.get("CLIENTELE_WAREHOUSE"):
        return PROJECT / "published" / PUBLISHED_FILE
    path = warehouse_path()
    return path.with_name(f"{path.stem}_published") / PUBLISHED_FILE


def main() -> None:
    """Read the command line and write the report."""
    from clientele.report.page import ReportError, write_report

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("warehouse", nargs="?", default="", help="DuckDB file; else as published")
    parser.add_argument("--output", default="", help="else report/report.html")
    arguments = parser.parse_args()
    published = published_file()
    usual = published if published.is_file() else warehouse_path()
    warehouse = Path(os.path.expanduser(arguments.warehouse)) if arguments.warehouse else usual
    output = Path(arguments.output) if arguments.output else PROJECT / "report" / "report.html"
    settings = {"memory_limit": os.environ.get("CLIENTELE_MEMORY_LIMIT", "4GB")}
    try:
        size = write_report(warehouse, output, settings=settings)
    except ReportError as error:
        stop(str(error))
    print(f"\nThe report is {output} ({size / 1e6:.1f} MB): open it in a browser.")


if __name__ == "__main__":
    main()
