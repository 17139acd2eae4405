"""Time and memory of lifetime value: the project's fits and scores beside plain lifetimes.

Simulates customers (by default 1,000,000) who behave as BG/NBD and Gamma-Gamma assume, and does
each step twice: fit BG/NBD, fit Gamma-Gamma, score every customer. lifetimes gets the raw frame, as
its documentation has it, and one BLAS thread, which is its best case. Holds the results against
each other, and prints processor seconds (of all threads, so that a busy machine does not matter),
how far memory rose, and the ratios. Every measurement is a process of its own, one after another
and several times (the median counts), and of the step alone: imports and the customers, or their
purchases, are in memory before; those are in a frame of pandas or, for the steps in DuckDB, in a
table of the warehouse's types (dates and decimals). Memory is the peak of what is resident less
what was resident when the step began, by the same counter for both; the results that a step keeps
are part of it. DuckDB keeps its tables in memory, as pandas does, and has the settings of
profiles.yml that say when memory is given back.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

import duckdb
import numpy as np
import pandas as pd
import yaml

PROJECT = Path(__file__).resolve().parent.parent
KIB_PER_GIB = 1024**2
AS_OF_DATE = date(2025, 12, 31)
ANNUAL_DISCOUNT_RATE = 0.10
ORDERS = {"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}
SPEND = {"p": 6.25, "q": 3.74, "v": 15.44}
WEEKS = (1, 4, 13, 26, 52)
STEPS = {
    "fit": "BG/NBD fit",
    "spend": "Gamma-Gamma fit",
    "scores": "scores",
    "whole": "summary of the purchases, both fits, scores",
}
FLOORS = {
    "counted_fit": "BG/NBD fit after GROUP BY, beside GROUP BY and five passes of a logarithm",
    "scores": "scores, beside a table of eight columns",
}

COUNTED = """
    select repeat_order_days, age_at_last_order_days, customer_age_days, count(*) as customers
    from customers
    group by all
"""
SPENDS = """
    select repeat_order_days, mean_repeat_spend
    from customers
    where repeat_order_days > 0
"""
SUMMARY = """
    create table customers as
    select
        customer_id,
        count(*) - 1 as repeat_order_days,
        date_diff('day', min(purchase_date), max(purchase_date)) as age_at_last_order_days,
        date_diff('day', min(purchase_date), ?) as customer_age_days,
        cast(sum(money) - min_by(money, purchase_date) as double) / nullif(count(*) - 1, 0)
            as mean_repeat_spend
    from purchases
    group by customer_id
"""


class Measurement(NamedTuple):
    """What a step took and found: processor seconds, rise of memory in GiB, named results."""

    seconds: float
    memory: float
    result: dict[str, float]


def simulate(customers: int, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the customers of a shop of two years, seen by the day, and their purchases."""
    random = np.random.default_rng(seed)
    age = random.integers(1, 731, customers)
    rate = random.gamma(ORDERS["r"], 1 / (7 * ORDERS["alpha"]), customers)
    leaving = random.beta(ORDERS["a"], ORDERS["b"], customers)
    repeats, last, moment = (np.zeros(customers) for _ in range(3))
    going = np.arange(customers)
    purchases = [(going, np.zeros(customers))]
    while len(going):
        moment[going] += random.exponential(1 / np.maximum(rate[going], 1e-12))
        going = going[moment[going] <= age[going]]
        day = np.ceil(moment[going])
        purchases.append((going[day > last[going]], day[day > last[going]]))
        repeats[going] += day > last[going]
        last[going] = day
        going = going[random.random(len(going)) >= leaving[going]]
    orders = np.maximum(repeats, 1)
    spread = random.gamma(SPEND["q"], 1 / SPEND["v"], customers)
    spend = random.gamma(SPEND["p"] * orders) / (spread * orders)
    buyer, day = (np.concatenate(column) for column in zip(*purchases, strict=True))
    days_ago = pd.to_timedelta(age[buyer] - day, unit="D")
    bought = pd.DataFrame(
        {
            "customer_id": buyer,
            "purchase_date": pd.Timestamp(AS_OF_DATE) - days_ago,
            # what a customer spends is the same each time, so that its mean is
            "money": np.maximum(spend, 0.01)[buyer],
        }
    )
    summary = pd.DataFrame(
        {
            "customer_id": np.arange(customers),
            "repeat_order_days": repeats.astype(int),
            "age_at_last_order_days": last.astype(int),
            "customer_age_days": age,
            "mean_repeat_spend": np.where(repeats > 0, np.maximum(spend, 0.01), np.nan),
        }
    )
    return summary, bought


def connected() -> duckdb.DuckDBPyConnection:
    """Connect to DuckDB with the warehouse's settings of the allocator."""
    profile = yaml.safe_load((PROJECT / "profiles" / "profiles.yml").read_text())["clientele"]
    settings = profile["outputs"]["local"]["settings"]
    freeing = {name: value for name, value in settings.items() if name.startswith("allocator")}
    return duckdb.connect(config=freeing)


def fit_ours(shop: Path) -> Measurement:
    """Fit BG/NBD with the project's model, gates and all."""
    from clientele.lifetime_value import BetaGeoModel

    frame = pd.read_parquet(shop)
    return timed(lambda: BetaGeoModel(cap_repeats=False).fit(frame).parameters_._asdict())


def fit_theirs(shop: Path) -> Measurement:
    """Fit BG/NBD with lifetimes."""
    from lifetimes import BetaGeoFitter

    frame = pd.read_parquet(shop)

    def fit() -> dict[str, float]:
        fitter = BetaGeoFitter().fit(
            frame["repeat_order_days"],
            frame["age_at_last_order_days"] / 7,
            frame["customer_age_days"] / 7,
        )
        return dict(fitter.params_)

    return timed(fit)


def spend_ours(shop: Path) -> Measurement:
    """Fit Gamma-Gamma with the project's model, gates and all."""
    from clientele.lifetime_value import GammaGammaModel

    frame = pd.read_parquet(shop)
    return timed(lambda: GammaGammaModel().fit(frame).parameters_._asdict())


def spend_theirs(shop: Path) -> Measurement:
    """Fit Gamma-Gamma with lifetimes."""
    from lifetimes import GammaGammaFitter

    frame = pd.read_parquet(shop)

    def fit() -> dict[str, float]:
        repeaters = frame[frame["repeat_order_days"] > 0]
        fitter = GammaGammaFitter().fit(
            repeaters["repeat_order_days"], repeaters["mean_repeat_spend"]
        )
        return dict(fitter.params_)

    return timed(fit)


def scores_ours(shop: Path) -> Measurement:
    """Score in DuckDB by a lookup table."""
    lookup_of = lookup_maker()
    connection = connected()
    connection.execute("create table customers as from read_parquet(?)", [str(shop)])
    return timed(lambda: score_in_duckdb(connection, lookup_of))


def lookup_maker() -> Callable[..., pd.DataFrame]:
    """Return what makes a lookup table of pairs, imported already."""
    from clientele.btyd_lookup import prediction_lookup
    from clientele.lifetime_value import BetaGeoParameters

    return partial(prediction_lookup, BetaGeoParameters(**ORDERS))


def score_in_duckdb(
    connection: duckdb.DuckDBPyConnection, lookup_of: Callable[..., pd.DataFrame]
) -> dict[str, float]:
    """Score the table customers by a lookup table, and return totals."""
    pairs = connection.sql(
        "select distinct repeat_order_days, customer_age_days from customers"
    ).df()
    lookup = lookup_of(
        pairs,
        AS_OF_DATE,
        ANNUAL_DISCOUNT_RATE,
        weeks=WEEKS,
        days=(),
        months=(12,),
    )
    # days are whole numbers in the warehouse's table
    connection.register("lookup", lookup.astype({"customer_age_days": "int64"}))
    orders = [f"alive * expected_orders_if_alive_{weeks}w as orders_{weeks}w" for weeks in WEEKS]
    connection.execute(
        f"""
        create table scores as
        with known as (
            select
                *,
                case
                    when repeat_order_days = 0 then 1
                    else 1 / (
                        1 + exp(least(
                            ($r + repeat_order_days) * ln(
                                (7 * $alpha + customer_age_days)
                                / (7 * $alpha + age_at_last_order_days)
                            ) + ln($a / ($b + repeat_order_days - 1)),
                            700
                        ))
                    )
                end as alive,
                $p * ($v + repeat_order_days * coalesce(mean_repeat_spend, 0))
                / ($p * repeat_order_days + $q - 1) as order_value
            from customers
        )

        select
            customer_id,
            alive,
            {", ".join(orders)},
            alive * discounted_orders_if_alive_12m * order_value as clv_12m
        from known
        inner join lookup using (repeat_order_days, customer_age_days)
        """,
        {**ORDERS, **SPEND},
    )
    sums = ", ".join(f"sum(orders_{weeks}w) as orders_{weeks}w" for weeks in WEEKS)
    totals = connection.sql(f"select sum(alive) as alive, {sums} from scores").df()
    return totals.iloc[0].to_dict()


def scores_theirs(shop: Path) -> Measurement:
    """Score with lifetimes."""
    import lifetimes  # noqa: F401 - before the time is taken

    frame = pd.read_parquet(shop)
    return timed(lambda: score_by_lifetimes(frame))


def score_by_lifetimes(frame: pd.DataFrame) -> dict[str, float]:
    """Score with lifetimes: P(alive), five horizons, and the value of twelve months; totals."""
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    orders, spend = BetaGeoFitter(), GammaGammaFitter()
    orders.params_, spend.params_ = pd.Series(ORDERS), pd.Series(SPEND)
    orders.predict = orders.conditional_expected_number_of_purchases_up_to_time
    x = frame["repeat_order_days"]
    t_x, T = frame["age_at_last_order_days"] / 7, frame["customer_age_days"] / 7
    scores = pd.DataFrame({"alive": orders.conditional_probability_alive(x, t_x, T)})
    for weeks in WEEKS:
        scores[f"orders_{weeks}w"] = orders.predict(weeks, x, t_x, T)
    # its months are of 30 days or 4.345 weeks, so its values are not compared
    scores["clv_12m"] = spend.customer_lifetime_value(
        orders, x, t_x, T, frame["mean_repeat_spend"].fillna(0), time=12, freq="W"
    )
    return scores.drop(columns="clv_12m").sum().to_dict()


def counted_fit_ours(shop: Path) -> Measurement:
    """Fit BG/NBD to histories that DuckDB has counted."""
    from clientele.lifetime_value import BetaGeoModel

    connection = connected()
    connection.execute("create table customers as from read_parquet(?)", [str(shop)])
    return timed(
        lambda: (
            BetaGeoModel(cap_repeats=False).fit(connection.sql(COUNTED).df()).parameters_._asdict()
        )
    )


def counted_fit_floor(shop: Path) -> Measurement:
    """Count the histories in DuckDB, and go five times over them with a logarithm each."""
    connection = connected()
    connection.execute("create table customers as from read_parquet(?)", [str(shop)])

    def go_over() -> dict[str, float]:
        counted = connection.sql(COUNTED).df()
        T = counted["customer_age_days"].to_numpy(dtype=float)
        weight = counted["customers"].to_numpy(dtype=float)
        return {"sum": sum(float(weight @ np.log(alpha + T)) for alpha in range(1, 6))}

    return timed(go_over)


def scores_floor(shop: Path) -> Measurement:
    """Write a table of the id and seven numbers."""
    connection = connected()
    connection.execute("create table customers as from read_parquet(?)", [str(shop)])

    def write() -> dict[str, float]:
        numbers = ", ".join(f"customer_age_days * {n}::double as number_{n}" for n in range(1, 8))
        connection.execute(f"create table scores as select customer_id, {numbers} from customers")
        return connection.sql("select sum(number_1) as sum from scores").df().iloc[0].to_dict()

    return timed(write)


def whole_ours(shop: Path) -> Measurement:
    """Go from purchases to scores: the summary in SQL, both fits, the lookup, and SQL again."""
    from clientele.lifetime_value import BetaGeoModel, GammaGammaModel

    connection = connected()
    lookup_of = lookup_maker()
    purchases = shop.with_name("purchases.parquet")
    connection.execute(
        """
        create table purchases as
        select customer_id, purchase_date::date as purchase_date, money::decimal(18, 4) as money
        from read_parquet(?)
        """,
        [str(purchases)],
    )

    def go() -> dict[str, float]:
        connection.execute(SUMMARY, [AS_OF_DATE])
        fitted = BetaGeoModel(cap_repeats=False).fit(connection.sql(COUNTED).df()).parameters_
        GammaGammaModel().fit(connection.sql(SPENDS).df())
        return score_in_duckdb(connection, lookup_of) | fitted._asdict()

    return timed(go)


def whole_theirs(shop: Path) -> Measurement:
    """Go from purchases to scores with lifetimes."""
    from lifetimes import BetaGeoFitter, GammaGammaFitter
    from lifetimes.utils import summary_data_from_transaction_data

    purchases = pd.read_parquet(shop.with_name("purchases.parquet"))

    def go() -> dict[str, float]:
        frame = summary_data_from_transaction_data(
            purchases,
            "customer_id",
            "purchase_date",
            "money",
            observation_period_end=pd.Timestamp(AS_OF_DATE),
        ).rename(
            columns={
                "frequency": "repeat_order_days",
                "recency": "age_at_last_order_days",
                "T": "customer_age_days",
                "monetary_value": "mean_repeat_spend",
            }
        )
        x = frame["repeat_order_days"]
        fitter = BetaGeoFitter().fit(
            x, frame["age_at_last_order_days"] / 7, frame["customer_age_days"] / 7
        )
        GammaGammaFitter().fit(x[x > 0], frame["mean_repeat_spend"][x > 0])
        return score_by_lifetimes(frame) | dict(fitter.params_)

    return timed(go)


def timed(step: Callable[[], dict[str, float]]) -> Measurement:
    """Measure a step."""
    before = memory(fresh=True)
    started = time.process_time()
    result = step()
    seconds = time.process_time() - started
    return Measurement(seconds, memory() - before, result)


def memory(fresh: bool = False) -> float:
    """Return the peak of resident memory in GiB, or the present memory as the peak from now on."""
    if fresh:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / KIB_PER_GIB


def measured(step: str, whose: str, shop: Path, repeats: int) -> Measurement:
    """Run a step several times, in a process of its own each; return the medians.

    Raises
    ------
    SystemExit
        If the process fails.
    """
    runs = []
    for _ in range(repeats):
        process = subprocess.run(
            [sys.executable, "-W", "ignore", __file__, f"--step={step}_{whose}", f"--shop={shop}"],
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(PROJECT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        if process.returncode:
            sys.exit(f"{step} ({whose}) failed:\n{process.stdout}")
        runs.append(Measurement(*json.loads(process.stdout.splitlines()[-1])))
    seconds, memory, _ = zip(*runs, strict=True)
    return Measurement(median(seconds), median(memory), runs[0].result)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3, help="runs of each step")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--shop", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        print(json.dumps(globals()[arguments.step](arguments.shop)))
        return

    with tempfile.TemporaryDirectory() as folder:
        shop = Path(folder) / "shop.parquet"
        summary, purchases = simulate(arguments.customers)
        summary.to_parquet(shop)
        purchases.to_parquet(shop.with_name("purchases.parquet"))
        print(f"{arguments.customers:,} customers, {len(purchases):,} purchases")
        for step, name in FLOORS.items():
            # short steps vary more
            ours, floor = (
                measured(step, whose, shop, 3 * arguments.repeats) for whose in ("ours", "floor")
            )
            print(f"{name}")
            ratio = ours.seconds / floor.seconds
            print(f"  {ours.seconds:.2f} s and {floor.seconds:.2f} s: {ratio:.1f} x")
        for step, name in STEPS.items():
            ours, theirs = (
                measured(step, whose, shop, arguments.repeats) for whose in ("ours", "theirs")
            )
            print(f"{name}")
            print(f"  clientele  {ours.seconds:7.2f} s  {ours.memory:5.2f} GiB")
            print(f"  lifetimes  {theirs.seconds:7.2f} s  {theirs.memory:5.2f} GiB")
            print(
                f"  lifetimes / clientele: {theirs.seconds / ours.seconds:.0f} x seconds, "
                f"{theirs.memory / ours.memory:.1f} x memory"
            )
            off = {
                key: ours.result[key] / value - 1
                for key, value in theirs.result.items()
                if not abs(ours.result[key] / value - 1) < 1e-3
            }
            if off:
                sys.exit(f"they disagree: {ours.result} and {theirs.result}")


if __name__ == "__main__":
    main()
