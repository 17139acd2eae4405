"""Where the warehouse and what is made of it are, and how to stop when something is not there."""

import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def stop(sentence: str) -> None:
    """End the program with one sentence that stands out."""
    colour = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    print(
        f"\n\033[1;31m{sentence}\033[0m" if colour else f"\n{sentence}", file=sys.stderr, flush=True
    )
    sys.exit(2)


def warehouse_path() -> Path:
    """Path of the DuckDB file, as profiles/profiles.yml has it."""
    return PROJECT / os.environ.get("CLIENTELE_WAREHOUSE", "clientele.duckdb")


def published_path() -> Path:
    """Folder that the marts are published to: another warehouse has one of its own, beside it."""
    named = os.environ.get("CLIENTELE_PUBLISHED")
    if named:
        return PROJECT / os.path.expanduser(named)
    if not os.environ.get("CLIENTELE_WAREHOUSE"):
        return PROJECT / "published"
    return warehouse_path().with_name(f"{warehouse_path().stem}_published")


def readable_path(working: bool = False) -> Path:
    """Path of the file to read: what is published, or what is built if that is all there is."""
    from clientele.publishing import FILE_NAME

    path = published_path() / FILE_NAME
    if working or not path.exists():
        path = warehouse_path()
    if not path.exists():
        stop(f"There is no warehouse at {path}: run make build first.")
    return path


def report_path() -> Path:
    """Path of the report: that of another warehouse stands beside it."""
    if os.environ.get("CLIENTELE_WAREHOUSE"):
        return warehouse_path().with_name(f"{warehouse_path().stem}_report.html")
    return PROJECT / "report" / "report.html"
