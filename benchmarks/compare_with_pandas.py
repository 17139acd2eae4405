"""Time and memory of cleaning and core marts: the warehouse beside the same work in pandas.

Makes two clean shops (by default of 1,000,000 customers with about 20 million lines, and of 250,000
with about 5 million), builds cleaning and core marts of both under a memory limit, does the same
work on the smaller one in pandas, holds both results against each other, and prints seconds, peak
memory and the ratio. Every measurement is a process of its own, one after another.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

PROJECT = Path(__file__).resolve().parent.parent
CORE_MARTS = (
    "+fct_order_lines +fct_rejected_order_lines +fct_orders +rpt_data_quality "
    "+dim_customers +dim_products +dim_dates"
)
LINES_PER_ORDER = 5.9
BYTES_PER_GIB = 1024**3


def measured(command: list[str], environment: dict[str, str] | None = None) -> tuple[float, float]:
    """Run a command and return its wall seconds and peak resident memory in GiB.

    Raises
    ------
    SystemExit
        If the command fails, with what it printed.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    output = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if status:
        sys.exit(f"{' '.join(command)} failed:\n{output}")
    return seconds, usage.ru_maxrss * 1024 / BYTES_PER_GIB


def make_shop(customers: int, path: Path) -> int:
    """Write a clean shop as Parquet and return its number of lines."""
    measured(
        [
            sys.executable,
            "benchmarks/generate_shop.py",
            f"--customers={customers}",
            f"--lines-per-order={LINES_PER_ORDER}",
            f"--output={path}",
        ]
    )
    return duckdb.execute("select count(*) from read_parquet(?)", [str(path)]).fetchall()[0][0]


def build_models(
    select: str, shop: Path, warehouse: Path, memory_limit: str
) -> tuple[float, float]:
    """Build models of a shop without tests; wall seconds and peak GiB, dbt itself included."""
    columns = duckdb.read_parquet(str(shop)).columns
    settings = {
        "order_lines_path": str(shop),
        "order_lines_columns": dict(zip(columns, columns, strict=True)),
    }
    return measured(
        [
            str(Path(sys.executable).parent / "dbt"),
            "build",
            "--exclude",
            "resource_type:test",
            "resource_type:unit_test",
            "--select",
            *select.split(),
            "--target-path",
            str(warehouse.parent / "target"),
            "--vars",
            json.dumps(settings),
        ],
        {
            "DBT_PROFILES_DIR": str(PROJECT / "profiles"),
            "CLIENTELE_WAREHOUSE": str(warehouse),
            "CLIENTELE_MEMORY_LIMIT": memory_limit,
        },
    )


def totals_of_warehouse(warehouse: Path) -> dict[str, float]:
    """Totals of the core marts that both ways must agree on."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        lines, orders, customers, net = connection.execute(
            """
            select
                (select count(*) from marts.fct_order_lines),
                (select count(*) from marts.fct_orders where is_sale),
                (select count(*) from marts.dim_customers),
                (select sum(net_revenue) from marts.dim_customers)
            """
        ).fetchall()[0]
    return {"lines": lines, "orders": orders, "customers": customers, "net": round(float(net), 2)}


def work_in_pandas(shop: Path) -> dict[str, float]:
    """Classify, dedupe and aggregate a shop's lines as the core marts do, as a notebook would."""
    import numpy as np
    import pandas as pd

    lines = pd.read_parquet(shop)
    lines["customer_id"] = lines["customer_id"].str.strip().replace("", None)
    lines["product_id"] = lines["product_id"].str.strip().str.upper()
    lines["description"] = lines["description"].str.strip()
    for column in ("unit_price", "discount_amount", "unit_cost"):
        lines[column] = lines[column].astype("float64")
    lines["discount_amount"] = lines["discount_amount"].fillna(0)

    reasons = [
        ("missing_ordered_at", lines["ordered_at"].isna()),
        ("missing_order_id", lines["order_id"].isna()),
        ("missing_quantity", lines["quantity"].isna()),
        ("missing_price", lines["unit_price"].isna()),
        ("zero_quantity", lines["quantity"] == 0),
        ("negative_price", lines["unit_price"] < 0),
        ("stock_adjustment", (lines["quantity"] < 0) & (lines["unit_price"] == 0)),
        ("zero_price", lines["unit_price"] == 0),
        ("duplicate", lines.duplicated()),
    ]
    lines["row_class"] = np.select(
        [applies for _, applies in reasons], [reason for reason, _ in reasons], "accepted"
    )
    rejected = lines[lines["row_class"] != "accepted"]
    accepted = lines[lines["row_class"] == "accepted"].copy()

    accepted["order_date"] = accepted["ordered_at"].dt.normalize()
    is_return = accepted["order_id"].str.startswith("C") | (accepted["quantity"] < 0)
    amount = accepted["quantity"] * accepted["unit_price"]
    accepted["gross"] = amount.where(~is_return, 0)
    accepted["discount"] = accepted["discount_amount"].where(~is_return, 0)
    accepted["returns"] = (-amount - accepted["discount_amount"]).where(is_return, 0)
    accepted["net"] = accepted["gross"] - accepted["discount"] - accepted["returns"]
    accepted["is_sale"] = ~is_return

    orders = accepted.groupby("order_id", as_index=False).agg(
        customer_id=("customer_id", "min"),
        ordered_at=("ordered_at", "min"),
        country=("country", "min"),
        channel=("channel", "min"),
        line_count=("product_id", "size"),
        product_count=("product_id", "nunique"),
        units=("quantity", "sum"),
        is_sale=("is_sale", "max"),
        gross=("gross", "sum"),
        discount=("discount", "sum"),
        returns=("returns", "sum"),
        net=("net", "sum"),
    )
    orders = orders.sort_values(["customer_id", "ordered_at", "order_id"])
    orders["customer_order_number"] = orders.groupby(["customer_id", "is_sale"]).cumcount() + 1
    customers = orders.groupby("customer_id", as_index=False).agg(
        country=("country", "last"),
        country_count=("country", "nunique"),
        first_order=("ordered_at", "min"),
        last_order=("ordered_at", "max"),
        order_count=("is_sale", "sum"),
        gross=("gross", "sum"),
        returns=("returns", "sum"),
        net=("net", "sum"),
    )
    names = (
        accepted.groupby(["product_id", "description"])
        .size()
        .reset_index(name="lines")
        .sort_values(["product_id", "lines", "description"], ascending=[True, False, True])
        .drop_duplicates("product_id")
    )
    products = (
        accepted.groupby("product_id", as_index=False)
        .agg(
            first_sale=("order_date", "min"),
            last_sale=("order_date", "max"),
            order_count=("order_id", "nunique"),
            units=("quantity", "sum"),
            net=("net", "sum"),
        )
        .merge(names, on="product_id")
    )
    quality = rejected.groupby("row_class").size()
    assert len(products) and quality.sum() == len(rejected)
    return {
        "lines": len(accepted),
        "orders": int(orders["is_sale"].sum()),
        "customers": len(customers),
        "net": round(float(customers["net"].sum()), 2),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000, help="of the large shop")
    parser.add_argument(
        "--compared-customers", type=int, default=250_000, help="of the shop that pandas gets too"
    )
    parser.add_argument("--memory-limit", default="3GB", help="of DuckDB; dbt comes on top")
    parser.add_argument("--in-pandas", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.in_pandas:
        print(json.dumps(work_in_pandas(arguments.in_pandas)))
        return

    with tempfile.TemporaryDirectory() as folder:
        compared, large = Path(folder) / "compared.parquet", Path(folder) / "large.parquet"
        compared_lines = make_shop(arguments.compared_customers, compared)
        print(f"{arguments.compared_customers:,} customers, {compared_lines:,} lines")
        warehouse = Path(folder) / "compared.duckdb"
        ours = build_models(CORE_MARTS, compared, warehouse, arguments.memory_limit)
        print(f"  warehouse  {ours[0]:7.1f} s  {ours[1]:5.2f} GiB")

        command = [sys.executable, __file__, f"--in-pandas={compared}"]
        theirs = measured(command)
        print(f"  pandas     {theirs[0]:7.1f} s  {theirs[1]:5.2f} GiB")
        print(
            f"  pandas / warehouse: {theirs[0] / ours[0]:.1f} x seconds, "
            f"{theirs[1] / ours[1]:.1f} x memory"
        )
        pandas_totals = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        if pandas_totals != totals_of_warehouse(warehouse):
            sys.exit(f"they disagree: {pandas_totals} and {totals_of_warehouse(warehouse)}")
        print(f"  both find {pandas_totals}")

        large_lines = make_shop(arguments.customers, large)
        print(f"{arguments.customers:,} customers, {large_lines:,} lines")
        large_warehouse = Path(folder) / "large.duckdb"
        large_run = build_models(CORE_MARTS, large, large_warehouse, arguments.memory_limit)
        print(f"  warehouse  {large_run[0]:7.1f} s  {large_run[1]:5.2f} GiB")


if __name__ == "__main__":
    main()
