"""Time, memory and inertia of the behaviour clusters beside plain k-means on all customers.

Draws customers (by default a million) whose rates, lifetimes and spend differ as they do in shops,
and clusters them: BehaviourClusters with a fixed number of clusters and with auto, which measures
and tries 3 to 8; and KMeans(n_init=10) of scikit-learn on all rows, with the fixed number on one
thread and on all, and with 3 to 8 on one thread, without measuring any. Every measurement is a
process of its own, one after another; the first one only draws the customers.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from compare_with_pandas import measured
from threadpoolctl import threadpool_limits

PROJECT = Path(__file__).resolve().parent.parent
OBSERVED_DAYS = 730
WAYS = (
    "customers alone",
    "clientele, fixed",
    "clientele, auto",
    "scikit-learn, one thread",
    "scikit-learn, all threads",
    "scikit-learn, 3 to 8",
)


def draw_customers(count: int, seed: int = 42) -> pd.DataFrame:
    """Draw customers of a two-year shop: gamma rates, exponential lifetimes, lognormal spend."""
    random = np.random.default_rng(seed)
    ages = random.integers(1, OBSERVED_DAYS + 1, count)
    lifetimes = np.minimum(random.exponential(300, count), ages)
    repeats = random.poisson(random.gamma(0.7, 1 / 60, count) * lifetimes)
    # the last of n orders that fall anywhere in a span lies at the maximum of n uniform draws
    last = lifetimes * random.random(count) ** (1 / np.maximum(repeats, 1))
    recency = np.where(repeats > 0, np.ceil(ages - last), ages)
    orders = 1 + repeats
    mean_spend = random.lognormal(4, 0.8, count)
    noise = random.lognormal(0, 0.4, count) ** (1 / np.sqrt(orders))
    return pd.DataFrame(
        {
            "recency_days": np.maximum(recency, 1),
            "order_count": orders,
            "monetary_value": (orders * mean_spend * noise).round(2),
        }
    )


def run(way: str, count: int, n_clusters: int) -> dict[str, float]:
    """Cluster the customers in one way; seconds of the fit, number of clusters and inertia."""
    customers = draw_customers(count)
    started = time.perf_counter()
    if way == "customers alone":
        return {"seconds": 0.0, "clusters": 0, "inertia": 0.0}
    if way.startswith("clientele"):
        from clientele.clustering import BehaviourClusters

        chosen = "auto" if way == "clientele, auto" else n_clusters
        clusters = BehaviourClusters(n_clusters=chosen).fit(customers)
        clusters.assign(customers)
        count_formed, inertia = clusters.n_clusters_, clusters.inertia_
    else:
        from sklearn.cluster import KMeans
        from sklearn.preprocessing import StandardScaler

        scaled = StandardScaler().fit_transform(np.log1p(customers.to_numpy(dtype=float)))
        with threadpool_limits(limits=None if way == "scikit-learn, all threads" else 1):
            for count_formed in range(3, 9) if way == "scikit-learn, 3 to 8" else [n_clusters]:
                k_means = KMeans(count_formed, n_init=10, random_state=42).fit(scaled)
        inertia = k_means.inertia_
    return {
        "seconds": time.perf_counter() - started,
        "clusters": int(count_formed),
        "inertia": float(inertia),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--clusters", type=int, default=4)
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--result", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.way:
        result = run(arguments.way, arguments.customers, arguments.clusters)
        arguments.result.write_text(json.dumps(result))
        return

    print(f"{arguments.customers:,} customers")
    print(f"{'':26} process s  peak GiB   fit s  clusters      inertia")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        measurements = {}
        for way in WAYS:
            command = [
                sys.executable,
                __file__,
                f"--customers={arguments.customers}",
                f"--clusters={arguments.clusters}",
                f"--way={way}",
                f"--result={path}",
            ]
            seconds, peak = measured(command, {"PYTHONPATH": str(PROJECT)})
            result = json.loads(path.read_text())
            measurements[way] = (seconds, peak, result["inertia"])
            print(
                f"{way:26} {seconds:9.1f}  {peak:8.2f}  {result['seconds']:6.1f}  "
                f"{result['clusters']:8}  {result['inertia']:11,.0f}",
                flush=True,
            )
    for kind, our_way, their_way in (
        ("fixed", "clientele, fixed", "scikit-learn, one thread"),
        ("3 to 8", "clientele, auto", "scikit-learn, 3 to 8"),
    ):
        ours, theirs = measurements[our_way], measurements[their_way]
        print(
            f"{kind}: scikit-learn / clientele on one thread: {theirs[0] / ours[0]:.1f} x seconds, "
            f"{theirs[1] / ours[1]:.1f} x memory"
        )
    ours, theirs = measurements["clientele, fixed"], measurements["scikit-learn, one thread"]
    print(f"fixed: inertia of clientele {ours[2] / theirs[2] - 1:+.4%}")


if __name__ == "__main__":
    main()
