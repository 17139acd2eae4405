"""The metrics answer what the marts hold, asked through MetricFlow."""

from __future__ import annotations

import csv
import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT, Warehouse

from clientele.report.metrics import read_metrics
from clientele.report.page import connect

needs_metricflow = pytest.mark.skipif(
    find_spec("dbt_metricflow") is None,
    reason="install dbt-metricflow to ask the metrics, as in: pip install -e .[metrics]",
)
# The commands in one process, which reads the project once and imports once.
COMMANDS = """
import json, sys
from dbt_metricflow.cli.main import cli

for command in json.loads(sys.argv[1]):
    cli.main(command, standalone_mode=False)
"""
MONTHLY = {
    "fct_sales_monthly": {
        "revenue": "net_revenue",
        "gross_revenue": "gross_revenue",
        "orders": "order_count",
        "units": "units",
        "active_customers": "active_customers",
        "average_order_value": "average_order_value",
        "units_per_order": "units_per_order",
        "revenue_per_active_customer": "net_revenue_per_active_customer",
        "return_rate": "return_rate",
        "discount_rate": "discount_rate",
        "returns": "returns_amount",
        "discounts": "discount_amount",
        "margin": "margin_amount",
    },
    "fct_customer_base_monthly": {
        "new_customers": "new_customers",
        "retained_customers": "retained_customers",
        "previous_active_customers": "previous_active_customers",
        "retention_rate": "retention_rate",
        "churn_rate": "churn_rate",
        "newly_lapsed_customers": "newly_lapsed_customers",
        "opening_customers": "opening_customers",
        "lapse_churn_rate": "lapse_churn_rate",
    },
}
BY_SEGMENT = {
    "customer_lifetime_value": "sum(values_ahead.clv_12m)",
    "mean_customer_lifetime_value": "avg(values_ahead.clv_12m)",
    "expected_orders": "sum(values_ahead.expected_orders_26w)",
}


# The metrics of the report's tiles, over half a year.
PERIOD = ("2025-03-01", "2025-08-31")
TILES = (
    "revenue",
    "orders",
    "average_order_value",
    "active_customers",
    "new_customers",
    "retention_rate",
    "churn_rate",
    "return_rate",
)


def queried(metrics: dict[str, str], group: str, path: Path) -> list[str]:
    """Arguments of the query that writes these metrics by a dimension into a file."""
    names = ["--metrics", ",".join(metrics), "--group-by", group, "--order", group]
    return ["query", *names, "--csv", str(path)]


def rows(path: Path) -> list[dict[str, str]]:
    """Rows of a file with a header."""
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def numbers(row: dict[str, str], metrics: dict[str, str]) -> list[float]:
    """Values of these metrics, NaN where there is none."""
    return [float(row[metric] or "nan") for metric in metrics]


def wanted(values: list[Any]) -> Any:
    """Values of a mart, to compare numbers with."""
    known = [math.nan if value is None else float(value) for value in values]
    return pytest.approx(known, rel=1e-9, nan_ok=True)


@pytest.fixture(scope="module")
def answers(
    sample: Warehouse,
    run_dbt: Callable[..., Warehouse],
    target: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, list[dict[str, str]]]:
    """What MetricFlow says, by mart, after it has validated the definitions."""
    folder = tmp_path_factory.mktemp("metrics")
    # MetricFlow looks for the artifacts in the folder of the project alone
    project = folder / "project"
    (project / "target").mkdir(parents=True)
    shutil.copy(PROJECT / "dbt_project.yml", project)
    shutil.copy(target / "semantic_manifest.json", project / "target")
    # the parsed project calls the database by the name that its file has by default
    warehouse = Path(shutil.copy(sample.path, folder / "clientele.duckdb"))
    commands = [["validate-configs"]]
    commands += [
        queried(metrics, "metric_time__month", folder / mart) for mart, metrics in MONTHLY.items()
    ]
    commands.append(queried(BY_SEGMENT, "customer__segment", folder / "by_segment"))
    days = ["--start-time", PERIOD[0], "--end-time", PERIOD[1]]
    names = ["--metrics", ",".join(TILES)]
    commands.append(["query", *names, *days, "--csv", str(folder / "tiles")])
    process = subprocess.run(
        [sys.executable, "-c", COMMANDS, json.dumps(commands)],
        cwd=project,
        env=os.environ
        | {
            "CLIENTELE_WAREHOUSE": str(warehouse),
            "DBT_PROFILES_DIR": str(PROJECT / "profiles"),
        },
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    assert "ERRORS: 0" in process.stdout
    return {name: rows(folder / name) for name in [*MONTHLY, "by_segment", "tiles"]}


@needs_metricflow
@pytest.mark.parametrize("mart", MONTHLY)
def test_monthly_metrics_are_the_columns_of_the_mart(
    mart: str, sample: Warehouse, answers: dict[str, list[dict[str, str]]]
) -> None:
    expected = sample.query(
        f"select month_start_date, {', '.join(MONTHLY[mart].values())} "
        f"from marts.{mart} order by month_start_date"
    )
    found = answers[mart]
    assert [row["metric_time__month"][:10] for row in found] == [str(row[0]) for row in expected]
    for row, (_, *values) in zip(found, expected, strict=True):
        assert numbers(row, MONTHLY[mart]) == wanted(values)


@needs_metricflow
def test_lifetime_value_by_segment_is_that_of_the_marts(
    sample: Warehouse, answers: dict[str, list[dict[str, str]]]
) -> None:
    expected = sample.query(
        f"""
        select segments.segment, {", ".join(BY_SEGMENT.values())}
        from marts.fct_customer_lifetime_value as values_ahead
        inner join marts.fct_customer_rfm as segments using (customer_id)
        group by segments.segment
        order by segments.segment
        """
    )
    found = answers["by_segment"]
    assert [row["customer__segment"] for row in found] == [row[0] for row in expected]
    for row, (_, *values) in zip(found, expected, strict=True):
        assert numbers(row, BY_SEGMENT) == wanted(values)


@needs_metricflow
def test_the_report_understands_the_metrics_as_metricflow_does(
    sample: Warehouse, answers: dict[str, list[dict[str, str]]]
) -> None:
    defined = read_metrics()
    (found,) = answers["tiles"]
    with connect(sample.path) as marts:
        understood = [defined.value(marts, name, *PERIOD) for name in TILES]
    assert numbers(found, dict.fromkeys(TILES, "")) == wanted(understood)


def test_every_metric_has_a_label_and_is_compared_with_a_mart(
    run_dbt: Callable[..., Warehouse], target: Path
) -> None:
    metrics = json.loads((target / "semantic_manifest.json").read_text())["metrics"]
    assert all(metric["label"] and metric["description"] for metric in metrics)
    compared = {name for names in MONTHLY.values() for name in names} | set(BY_SEGMENT)
    assert {metric["name"] for metric in metrics} == compared
