"""Time and memory of the what-if of a million customers.

Simulates customers who behave as BG/NBD and Gamma-Gamma assume, with the histories of two years,
and computes all 625 scenarios of the default grid. Prints processor seconds (of all threads, so
that a busy machine does not matter), how far memory rose above the customers themselves, and how
far a second seed moves the bounds.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np
import pandas as pd
from compare_lifetime_value import AS_OF_DATE, simulate

from clientele.btyd_models import BetaGeoModel
from clientele.btyd_spend import GammaGammaModel
from clientele.what_if import MEASURES, WhatIf

KIB_PER_GIB = 1024**2
NEWCOMERS_PER_CUSTOMER = 1 / 24


def peak() -> float:
    """Return the highest memory of this process so far, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_GIB


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    arguments = parser.parse_args()
    summary, _ = simulate(arguments.customers)
    orders = BetaGeoModel().fit(summary).parameters_
    spend = GammaGammaModel().fit(summary).parameters_
    summary = summary.assign(
        spend_order_days=summary["repeat_order_days"],
        mean_order_day_spend=summary.pop("mean_repeat_spend"),
    )
    newcomers = np.full(12, arguments.customers * NEWCOMERS_PER_CUSTOMER)
    before = peak()
    tables: list[pd.DataFrame] = []
    for seed in (1, 2):
        start = time.process_time()
        what_if = WhatIf(random_state=seed).fit(summary, orders, spend, newcomers, AS_OF_DATE)
        tables.append(what_if.table_)
        print(f"{arguments.customers:,} customers: {time.process_time() - start:.1f} s")
    print(f"memory rose by {max(peak() - before, 0):.2f} GiB above {before:.2f} GiB")
    first, second = tables
    for measure in MEASURES:
        width = first[f"{measure}_upper"] - first[f"{measure}_lower"]
        moved = (first[f"{measure}_lower"] - second[f"{measure}_lower"]).abs() / width
        share = (width / (first[f"{measure}_upper"] + first[f"{measure}_lower"]) * 2).median()
        print(f"{measure}: bounds are {share:.2%} apart, a seed moves one by {moved.median():.0%}")


if __name__ == "__main__":
    main()
