"""Time, memory and gap of the budget plan of a million customers.

Draws customers who resemble those of the sample: a share for each action, the probability and the
value of an order from a beta and a log-normal distribution. Gives them the offers of
seeds/action_offers.csv, priced as int_customer_offers prices them, and plans in a process of its
own, with the whole curve of profit by budget. Prints a line per budget and capacity.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from clientele.budget_plan import BudgetPlan

OFFERS = Path(__file__).resolve().parent.parent / "seeds" / "action_offers.csv"
# share of the customers, mean and standard deviation of the probability, and of the log of value
ACTIONS = {
    "rescue": (0.11, 0.125, 0.106, 3.96, 0.59),
    "win_back": (0.19, 0.123, 0.048, 3.70, 0.41),
    "reward": (0.31, 0.615, 0.178, 3.81, 0.56),
    "grow": (0.26, 0.364, 0.104, 3.64, 0.43),
    "second_order": (0.01, 0.352, 0.034, 3.81, 0.39),
    "remind": (0.12, 0.220, 0.046, 3.66, 0.31),
}
MARGIN_RATE = 0.5
# budget per customer, and the share of the customers that a channel can reach
CASES = {
    "budget alone": (0.1, {}),
    "calls limited": (0.1, {"phone": 0.005}),
    "everything limited": (0.1, {"email": 0.5, "letter": 0.02, "phone": 0.005}),
}


def candidates(customers: int, seed: int = 1) -> pd.DataFrame:
    """Offers of customers drawn at random, as int_customer_offers has them."""
    random = np.random.default_rng(seed)
    shares = np.array([parameters[0] for parameters in ACTIONS.values()])
    counts = random.multinomial(customers, shares / shares.sum())
    tables, first = [], 0
    offers = pd.read_csv(OFFERS)
    for (action, parameters), count in zip(ACTIONS.items(), counts, strict=True):
        _, mean, deviation, log_mean, log_deviation = parameters
        weight = mean * (1 - mean) / deviation**2 - 1
        probability = random.beta(mean * weight, (1 - mean) * weight, count)
        value = random.lognormal(log_mean, log_deviation, count)
        for offer in offers[offers["action"] == action].itertuples():
            odds = (0.5 + offer.expected_uplift) / (0.5 - offer.expected_uplift)
            contacted = probability * odds / (1 - probability + probability * odds)
            cost = offer.cost_per_contact + contacted * value * offer.discount_rate
            profit = (contacted - probability) * value * MARGIN_RATE - cost
            table = {
                "customer_id": np.arange(first, first + count),
                "offer_number": offer.offer_number,
                "channel": offer.channel,
                "expected_cost": cost.round(4),
                "expected_incremental_profit": profit.round(4),
            }
            tables.append(pd.DataFrame(table))
        first += count
    table = pd.concat(tables).sort_values(["customer_id", "offer_number"], ignore_index=True)
    return table.astype({"channel": "category"})


def measure(path: str, customers: int, case: str) -> None:
    """Plan one case and print what it took."""
    table = pd.read_parquet(path)
    budget_each, shares = CASES[case]
    capacities = {channel: int(share * customers) for channel, share in shares.items()}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    started, processor = time.perf_counter(), time.process_time()
    plan = BudgetPlan(budget_each * customers, capacities).fit(table)
    seconds, processor = time.perf_counter() - started, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    found, curve = plan.plan_, plan.curve_
    gaps = 1 - curve["expected_incremental_profit"] / curve["profit_bound"].where(lambda x: x > 0)
    print(
        f"{case:20} {seconds:6.1f} s ({processor:.1f} s of processors), {peak:.2f} GiB at the "
        f"peak, {before:.2f} before\n"
        f"{'':20} {found['method']}, {found['contacts']:,} contacts, profit "
        f"{found['expected_incremental_profit']:,.2f}, gap {found['gap']:.4f} "
        f"({found['relative_gap']:.1e}), shadow price {found['budget_shadow_price']:.3f}\n"
        f"{'':20} largest gap of the {len(curve)} budgets of the curve {gaps.max():.1e}, "
        f"median {gaps.median():.1e}",
        flush=True,
    )


def main() -> None:
    """Draw customers and measure each case in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--measure", nargs=2, metavar=("PATH", "CASE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.measure[0], arguments.customers, arguments.measure[1])
        return
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "offers.parquet")
        table = candidates(arguments.customers)
        table.to_parquet(path)
        print(f"{arguments.customers:,} customers, {len(table):,} offers", flush=True)
        del table
        for case in CASES:
            own = [sys.executable, __file__, "--customers", str(arguments.customers)]
            subprocess.run([*own, "--measure", path, case], check=True)


if __name__ == "__main__":
    main()
