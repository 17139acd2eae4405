"""The recipes of docs/reading_the_marts.md that run on a developer's machine."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from conftest import Warehouse

from clientele.publishing import Mart, publish

MARTS = ["fct_orders", "fct_sales_monthly", "fct_segment_profiles"]


@pytest.fixture(scope="module")
def published(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with some marts of the sample, published."""
    folder = tmp_path_factory.mktemp("readers") / "published"
    publish(sample.path, folder, [Mart(name) for name in MARTS])
    return folder


@pytest.fixture(scope="module")
def net_revenue(sample: Warehouse) -> Decimal:
    return sample.value("select sum(net_revenue) from marts.fct_orders")


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
    """A connection as Superset makes it: this driver, SQLAlchemy 1.4 and no pool."""
    sqlalchemy = pytest.importorskip("sqlalchemy", reason="install SQLAlchemy to try the driver")
    pytest.importorskip("duckdb_engine", reason="install duckdb-engine to try the driver")
    engine = sqlalchemy.create_engine(
        f"duckdb:///{published / 'clientele.duckdb'}?access_mode=read_only",
        poolclass=sqlalchemy.pool.NullPool,
    )
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
