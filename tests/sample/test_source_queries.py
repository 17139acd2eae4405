"""Whoever holds the published marts alone can run every query that a sentence names."""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb
import pytest
from conftest import Warehouse

TOLD = ["fct_insights", "fct_outlook", "fct_headlines"]


@pytest.fixture(scope="module")
def marts(sample: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the marts of the sample and nothing else."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{sample.path}' as built (read_only); create schema marts")
        for (mart,) in connection.sql(
            "select table_name from duckdb_tables() "
            "where database_name = 'built' and schema_name = 'marts'"
        ).fetchall():
            connection.execute(f"create view marts.{mart} as from built.marts.{mart}")
        yield connection


@pytest.mark.parametrize("told", TOLD)
def test_every_query_asks_its_mart_alone_and_gets_an_answer(
    told: str, marts: duckdb.DuckDBPyConnection
) -> None:
    queries = marts.sql(f"select distinct source_mart, source_query from marts.{told}").fetchall()
    assert queries
    for mart, query in queries:
        asked = re.findall(r"\b(?:from|join)\s+([^\s,()]+)", query)
        assert set(asked) == {f"marts.{mart}"}, query
        assert marts.sql(query).fetchall(), query
