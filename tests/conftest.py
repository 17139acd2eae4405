"""Build the warehouse from any file, in this process, with one parse for all builds."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg

PROJECT = Path(__file__).resolve().parent.parent
REFERENCE_DATA = "CLIENTELE_REFERENCE_DATA"
SAMPLE_WAREHOUSE = "CLIENTELE_SAMPLE_WAREHOUSE"


@dataclass
class Warehouse:
    """One dbt command: its DuckDB file, whether all went well, and the errors it logged."""

    path: Path
    success: bool
    errors: list[str]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query over the built warehouse."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def value(self, sql: str) -> Any:
        """The one value of a query over the built warehouse."""
        return self.query(sql)[0][0]


def preset(name: str) -> dict[str, Any]:
    """The vars of a preset."""
    return yaml.safe_load((PROJECT / "presets" / f"{name}.yml").read_text()) or {}


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of dbt's artifacts."""
    return tmp_path_factory.mktemp("target")


@pytest.fixture(scope="session")
def run_dbt(target: Path) -> Callable[..., Warehouse]:
    """Run a dbt command on a database file, with vars, without parsing the project again."""
    common = [
        "--project-dir", str(PROJECT),
        "--profiles-dir", str(PROJECT / "profiles"),
        "--target-path", str(target),
        "--log-path", str(target / "logs"),
    ]  # fmt: skip
    os.chdir(PROJECT)
    parsed = dbtRunner().invoke(["--quiet", "parse", *common])
    assert parsed.success, parsed.exception

    def run(command: list[str], warehouse: Path, settings: Mapping[str, Any]) -> Warehouse:
        errors: list[str] = []

        def keep_error(event: EventMsg) -> None:
            if event.info.level == "error":
                errors.append(event.info.msg)

        before = os.environ.get("CLIENTELE_WAREHOUSE")
        os.environ["CLIENTELE_WAREHOUSE"] = str(warehouse)
        try:
            runner = dbtRunner(manifest=parsed.result, callbacks=[keep_error])
            result = runner.invoke(
                [
                    "--quiet",
                    "--no-write-json",
                    *command,
                    *common,
                    "--vars",
                    yaml.safe_dump(dict(settings)),
                ]
            )
            return Warehouse(warehouse, result.success, errors)
        finally:
            # dbt keeps the file open as long as the process lives, and nobody else could read it
            with contextlib.suppress(Exception):
                DuckDBConnectionManager.env().close()
            DuckDBConnectionManager.close_all_connections()
            if before is None:
                del os.environ["CLIENTELE_WAREHOUSE"]
            else:
                os.environ["CLIENTELE_WAREHOUSE"] = before

    return run


@pytest.fixture(scope="session")
def build(
    run_dbt: Callable[..., Warehouse], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Warehouse]:
    """Build a fresh warehouse with all its tests and return it."""

    def build_warehouse(
        settings: Mapping[str, Any],
        select: str | None = None,
        tests: bool = True,
        check: bool = True,
    ) -> Warehouse:
        path = tmp_path_factory.mktemp("warehouse") / "clientele.duckdb"
        command = [
            "build",
            "--exclude",
            "test_type:unit" if tests else "resource_type:test resource_type:unit_test",
        ]
        if select:
            command += ["--select", select, "--indirect-selection", "buildable"]
        warehouse = run_dbt(command, path, settings)
        if check:
            assert warehouse.success, "\n".join(warehouse.errors)
        return warehouse

    return build_warehouse


@pytest.fixture(scope="session")
def sample(request: pytest.FixtureRequest) -> Warehouse:
    """The whole warehouse of the bundled sample, to be read: one that is there, or a new one."""
    path = os.environ.get(SAMPLE_WAREHOUSE)
    if path:
        return Warehouse(Path(path), True, [])
    return request.getfixturevalue("build")({}, tests=False)


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of the public data sets, or a skip that says how to name it."""
    folder = os.environ.get(REFERENCE_DATA)
    if not folder:
        pytest.skip(f"set {REFERENCE_DATA} to the folder of the public data sets to run this")
    return Path(folder)
