"""Time and memory of product affinity on very wide orders, beside the self-join without limits.

Makes a shop in which every order has hundreds of lines, builds it as far as product pairs and next
products under a memory limit, runs the two heavy models and the plain self-join of the baskets
again, each in a process of its own, and prints seconds, peak memory, rows and the ratio.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from compare_with_pandas import PROJECT, measured

MODELS = {
    "pairs": "models/marts/baskets/fct_product_pairs.sql",
    "transitions": "models/intermediate/baskets/int_product_transitions.sql",
}
SELF_JOIN = """
    with

    baskets as (

        select distinct order_id, product_id
        from marts.fct_order_lines
        where transaction_type = 'sale' and line_type = 'product'

    )

    select baskets.product_id, others.product_id as other_product_id, count(*) as orders_together
    from baskets
    inner join baskets as others
        on baskets.order_id = others.order_id and baskets.product_id < others.product_id
    group by all
    having count(*) >= (select 0.01 * count(distinct order_id) from baskets)
"""


def make_shop(orders: int, lines: int, products: int, path: Path) -> None:
    """Write orders of distinct products, some sold more often than others, ten to a customer."""
    duckdb.execute(
        f"""
        copy (
            with

            ordered as (
                select unnest(range({orders})) as order_number
            ),

            drawn as (
                select
                    order_number,
                    product_number,
                    row_number() over (
                        partition by order_number
                        order by
                            hash(order_number, product_number) / 18446744073709551616
                            * (1 + product_number / {products}),
                            product_number
                    ) as position
                from ordered
                cross join (select unnest(range({products})) as product_number)
            )

            select
                'O' || order_number as order_id,
                'K' || order_number // 10 as customer_id,
                timestamp '2024-01-01' + to_hours(order_number) as ordered_at,
                'P' || product_number as product_id,
                'Product ' || product_number as description,
                1 as quantity,
                1.0 as unit_price
            from drawn
            where position <= {lines}
        ) to '{path}' (format parquet)
        """
    )


def build(shop: Path, warehouse: Path, memory_limit: str) -> tuple[float, float]:
    """Build the shop as far as the affinity marts; wall seconds and peak GiB, dbt included."""
    names = ["order_id", "customer_id", "ordered_at", "product_id", "description"]
    columns = {name: name for name in [*names, "quantity", "unit_price"]}
    return measured(
        [
            str(Path(sys.executable).parent / "dbt"),
            "build",
            "--exclude",
            "resource_type:test",
            "resource_type:unit_test",
            "--select",
            "+fct_product_pairs",
            "+fct_next_products",
            "--target-path",
            str(warehouse.parent / "target"),
            "--vars",
            json.dumps({"order_lines_path": str(shop), "order_lines_columns": columns}),
        ],
        {
            "DBT_PROFILES_DIR": str(PROJECT / "profiles"),
            "CLIENTELE_WAREHOUSE": str(warehouse),
            "CLIENTELE_MEMORY_LIMIT": memory_limit,
        },
    )


def run_alone(query: Path, warehouse: Path, memory_limit: str) -> int:
    """Run one query in the finished warehouse and return its number of rows."""
    with duckdb.connect(str(warehouse), config={"memory_limit": memory_limit}) as connection:
        connection.execute(f"create or replace temp table result as {query.read_text()}")
        return connection.execute("select count(*) from result").fetchall()[0][0]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=2_000)
    parser.add_argument("--lines", type=int, default=500, help="of every order")
    parser.add_argument("--products", type=int, default=5_000, help="that they are drawn from")
    parser.add_argument("--memory-limit", default="1GB", help="of DuckDB")
    parser.add_argument("--run-alone", nargs=2, type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run_alone:
        started = time.perf_counter()
        rows = run_alone(*arguments.run_alone, arguments.memory_limit)
        Path(f"{arguments.run_alone[0]}.json").write_text(
            json.dumps([time.perf_counter() - started, rows])
        )
        return

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shop, warehouse = folder / "shop.parquet", folder / "shop.duckdb"
        make_shop(arguments.orders, arguments.lines, arguments.products, shop)
        print(
            f"{arguments.orders:,} orders of {arguments.lines} of {arguments.products:,} products"
        )
        seconds, memory = build(shop, warehouse, arguments.memory_limit)
        print(f"  {'whole build':12}{seconds:7.1f} s  {memory:5.2f} GiB", flush=True)

        queries = {
            label: folder / "target" / "compiled" / "clientele" / path
            for label, path in MODELS.items()
        }
        queries["self-join"] = folder / "self_join.sql"
        queries["self-join"].write_text(SELF_JOIN)
        figures = {}
        for label, query in queries.items():
            command = [sys.executable, __file__, f"--memory-limit={arguments.memory_limit}"]
            _, memory = measured([*command, "--run-alone", str(query), str(warehouse)])
            seconds, rows = json.loads(Path(f"{query}.json").read_text())
            figures[label] = seconds, memory
            print(f"  {label:12}{seconds:7.1f} s  {memory:5.2f} GiB  {rows:,} rows", flush=True)
        ratios = [
            theirs / ours
            for theirs, ours in zip(figures["self-join"], figures["pairs"], strict=True)
        ]
        print(f"  self-join / pairs: {ratios[0]:.1f} x seconds, {ratios[1]:.1f} x memory")


if __name__ == "__main__":
    main()
