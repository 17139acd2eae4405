"""Time and memory of segment history, migrations and clusters of a million customers.

Makes a clean shop, or takes one, builds what the segments read, and then, in a process of its own
and under a memory limit, the models from the monthly snapshots to the clusters. Prints the seconds
of each model, and seconds and peak memory of that process.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import duckdb
from compare_with_pandas import build_models, make_shop

UPSTREAM = "+int_customer_days +int_orders_aggregated_to_customer +int_periods rfm_segments"
HISTORY = (
    "int_snapshots int_customer_snapshots fct_customer_segment_history int_segment_transitions "
    "fct_segment_migrations fct_segment_movements fct_segment_revenue"
)
CLUSTERS = (
    "fct_customer_rfm int_cluster_settings int_clusters_fitted int_customer_clusters "
    "int_hierarchical_clusters_fitted"
)


def seconds_by_model(target: Path) -> dict[str, float]:
    """Seconds of each model of the last build in a target folder."""
    results = json.loads((target / "run_results.json").read_text())["results"]
    return {
        result["unique_id"].split(".")[-1]: result["execution_time"]
        for result in results
        if result["unique_id"].startswith("model.")
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--shop", type=Path, help="Parquet file of a clean shop; else one is made")
    parser.add_argument("--memory-limit", default="4GB", help="of DuckDB; dbt comes on top")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Path(folder) / "shop.duckdb"
        shop = arguments.shop or Path(folder) / "shop.parquet"
        if not arguments.shop:
            make_shop(arguments.customers, shop)
        build_models(UPSTREAM, shop, warehouse, arguments.memory_limit)
        for name, models in {"history and migrations": HISTORY, "clusters": CLUSTERS}.items():
            seconds, peak = build_models(models, shop, warehouse, arguments.memory_limit)
            print(f"{name}: {seconds:.1f} s, {peak:.2f} GiB at the peak, dbt's start included")
            for model, taken in seconds_by_model(Path(folder) / "target").items():
                print(f"  {model:32} {taken:6.1f} s")
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            rows, customers, snapshots = connection.execute(
                """
                select count(*), count(distinct customer_id), count(distinct snapshot_number)
                from marts.fct_customer_segment_history
                """
            ).fetchall()[0]
        print(f"{customers:,} customers, {snapshots} snapshots, {rows:,} rows of history")


if __name__ == "__main__":
    main()
