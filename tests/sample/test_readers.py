"""The recipes of docs/reading_the_marts.md that run on a developer's machine."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from conftest import PROJECT, Warehouse

from clientele.publishing import Mart, publish

MARTS = ["fct_customer_base_monthly", "fct_orders", "fct_sales_monthly", "fct_segment_profiles"]
GUIDE = (PROJECT / "docs" / "reading_the_marts.md").read_text(encoding="utf-8")


def recipe(heading: str, language: str) -> str:
    """The code of a chapter, as written."""
    [chapter] = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", GUIDE, re.DOTALL | re.MULTILINE)
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", chapter, re.DOTALL | re.MULTILINE)
    assert blocks, f"{heading} has no {language}"
    return "".join(blocks)


def run(command: list[str], folder: Path) -> str:
    """Run a command beside the folder of what is published; return what it prints."""
    process = subprocess.run(command, cwd=folder.parent, capture_output=True, text=True)
    assert process.returncode == 0, process.stderr
    return process.stdout


@pytest.fixture(scope="module")
def published(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with some marts of the sample, published."""
    folder = tmp_path_factory.mktemp("readers") / "published"
    publish(sample.path, folder, [Mart(name) for name in MARTS])
    return folder


@pytest.fixture(scope="module")
def net_revenue(sample: Warehouse) -> Decimal:
    return sample.value("select sum(net_revenue) from marts.fct_orders")


def test_the_recipes_for_python_run_as_written(published: Path, sample: Warehouse) -> None:
    told = "print(len(segments), len(orders), orders['net_revenue'].sum(), parquet.parent.name)"
    printed = run([sys.executable, "-c", f"{recipe('Python', 'python')}\n{told}"], published)
    segments, orders, net_revenue = sample.query(
        "select (select count(*) from marts.fct_segment_profiles), count(*), sum(net_revenue) "
        "from marts.fct_orders"
    )[0]
    stamp = (published / "current").resolve().name
    assert printed.split() == [str(segments), str(orders), str(net_revenue), stamp]


@pytest.mark.skipif(shutil.which("duckdb") is None, reason="there is no duckdb on the PATH")
def test_the_recipe_for_the_command_line_runs_as_written(
    published: Path, sample: Warehouse
) -> None:
    printed = run(["sh", "-c", recipe("DuckDB on the command line", "sh")], published)
    months = sample.query("select cast(month_start_date as varchar) from marts.fct_sales_monthly")
    assert all(month in printed for (month,) in months)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="there is no Rscript on the PATH")
def test_the_recipe_for_r_runs_as_written(published: Path, sample: Warehouse) -> None:
    code = recipe("R", "r")
    if subprocess.run(["Rscript", "-e", "library(duckdb)"], capture_output=True).returncode:
        pytest.skip("R has no package duckdb")
    printed = run(["Rscript", "-e", code], published)
    [(month,)] = sample.query(
        "select cast(min(month_start_date) as varchar) from marts.fct_customer_base_monthly"
    )
    assert month in printed


def test_pandas_reads_the_duckdb_file(published: Path, net_revenue: Decimal) -> None:
    with duckdb.connect(str(published / "clientele.duckdb"), read_only=True) as connection:
        months = connection.sql("select * from marts.fct_sales_monthly").df()
    assert months["net_revenue"].sum() == pytest.approx(float(net_revenue), rel=1e-12)


def test_pandas_reads_parquet_with_exact_decimals(published: Path, net_revenue: Decimal) -> None:
    orders = pd.read_parquet(published / "parquet/fct_orders.parquet", dtype_backend="pyarrow")
    assert orders["net_revenue"].sum() == net_revenue
    assert str(orders["order_date"].dtype) == "date32[day][pyarrow]"


@pytest.fixture
def superset(published: Path) -> Iterator:
    """A connection as Superset makes it: this driver and URI, SQLAlchemy 1.4 and no pool."""
    sqlalchemy = pytest.importorskip("sqlalchemy", reason="install SQLAlchemy to try the driver")
    pytest.importorskip("duckdb_engine", reason="install duckdb-engine to try the driver")
    [uri] = re.findall(r"`(duckdb:///\S+)`", GUIDE)
    uri = uri.replace("/srv/clientele/published", str(published))
    engine = sqlalchemy.create_engine(uri, poolclass=sqlalchemy.pool.NullPool)
    with engine.connect() as connection:
        yield connection


@pytest.mark.filterwarnings("ignore::Warning")
def test_the_driver_of_superset_lists_and_reads_the_marts(superset, net_revenue: Decimal) -> None:
    import sqlalchemy

    found = sqlalchemy.inspect(superset)
    assert set(MARTS) <= set(found.get_table_names(schema="marts"))
    columns = {
        column["name"]: str(column["type"]) for column in found.get_columns("fct_orders", "marts")
    }
    assert (
        columns["net_revenue"].startswith("NUMERIC") or columns["net_revenue"] == "DECIMAL(18, 4)"
    )
    total = superset.execute(sqlalchemy.text("select sum(net_revenue) from marts.fct_orders"))
    assert float(total.scalar()) == pytest.approx(float(net_revenue))


@pytest.mark.filterwarnings("ignore::Warning")
def test_the_driver_of_superset_cannot_write(superset) -> None:
    import sqlalchemy

    with pytest.raises(sqlalchemy.exc.DBAPIError, match="read-only"):
        superset.execute(sqlalchemy.text("create table marts.fct_mine (a integer)"))
