"""Lifetime value as the warehouse has it: SQL against the library, and shops that fit nothing."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml
from btyd_cases import simulate
from btyd_oracles import order_quantiles
from conftest import PROJECT, Warehouse

from clientele import __version__
from clientele.backtest_challengers import CHALLENGERS, KnownAtCutoff
from clientele.lifetime_value import (
    BetaGeoModel,
    BetaGeoParameters,
    GammaGammaModel,
    GammaGammaParameters,
    discounted_clv,
    expected_order_value,
    expected_orders,
    expected_orders_of_new_customer,
    probability_alive,
    purchase_probability,
)

MARTS = (
    "fct_clv_models fct_clv_parameters fct_customer_lifetime_value fct_new_customer_expectations"
)
SELECTED = f"+{MARTS.replace(' ', ' +')}"


@pytest.fixture(scope="module")
def sample(build: Callable[..., Warehouse]) -> Warehouse:
    return build({"clv_model": "bg_nbd"}, select=SELECTED)


def table(warehouse: Warehouse, name: str) -> pd.DataFrame:
    with duckdb.connect(str(warehouse.path), read_only=True) as connection:
        return connection.sql(f"select * from {name} order by all").df()


def parameters_of(warehouse: Warehouse) -> tuple[BetaGeoParameters, GammaGammaParameters]:
    estimates = dict(
        warehouse.query(
            "select model || '.' || parameter, estimate from intermediate.int_clv_models_fitted"
        )
    )
    orders = BetaGeoParameters(*(estimates[f"bg_nbd.{name}"] for name in BetaGeoParameters._fields))
    return orders, GammaGammaParameters(*(estimates[f"gamma_gamma.{name}"] for name in "pqv"))


def test_the_fit_to_counted_histories_is_that_of_the_customers(sample: Warehouse) -> None:
    summary = table(sample, "intermediate.int_btyd_summary")
    orders, spend = parameters_of(sample)
    assert orders == pytest.approx(BetaGeoModel().fit(summary).parameters_, rel=1e-9)
    assert spend == pytest.approx(GammaGammaModel().fit(summary).parameters_, rel=1e-9)
    models = table(sample, "marts.fct_clv_models")
    assert models["customers"].unique().tolist() == [len(summary)]
    challenger, champion = models.set_index("model").loc[["mbg_nbd", "bg_nbd"]].itertuples()
    assert champion.log_likelihood > challenger.log_likelihood


def test_the_scores_are_those_of_the_library(sample: Warehouse) -> None:
    summary = table(sample, "intermediate.int_btyd_summary")
    scores = table(sample, "marts.fct_customer_lifetime_value")
    assert scores["customer_id"].tolist() == summary["customer_id"].tolist()
    orders, spend = parameters_of(sample)
    as_of_date = scores["as_of_date"][0].date()
    value = expected_order_value(spend, summary)
    expected = {"probability_alive": probability_alive(orders, summary)}
    for weeks in (1, 4, 13, 26, 52):
        expected[f"expected_orders_{weeks}w"] = expected_orders(orders, summary, 7 * weeks)
    for horizon, days in (("30d", 30), ("90d", 90), ("26w", 182), ("365d", 365)):
        expected[f"purchase_probability_{horizon}"] = purchase_probability(orders, summary, days)
    expected["expected_order_value"] = value
    for months in (1, 3, 6, 12):
        expected[f"clv_{months}m"] = discounted_clv(orders, summary, value, months, 0.1, as_of_date)
    for column, values in expected.items():
        np.testing.assert_allclose(scores[column], values, rtol=1e-9, err_msg=column)
    bounds = order_quantiles(orders, summary, 182, (0.1, 0.9))
    assert scores["orders_26w_lower"].tolist() == bounds[:, 0].tolist()
    assert scores["orders_26w_upper"].tolist() == bounds[:, 1].tolist()


def test_new_customers_are_expected_what_the_library_says(sample: Warehouse) -> None:
    expected = table(sample, "marts.fct_new_customer_expectations")
    orders, spend = parameters_of(sample)
    assert expected["days_since_first_order"].tolist() == list(range(1, 729))
    repeats = expected_orders_of_new_customer(orders, expected["days_since_first_order"])
    np.testing.assert_allclose(expected["expected_repeat_orders"], repeats, rtol=1e-9)
    nobody = pd.DataFrame({"repeat_order_days": [0], "mean_repeat_spend": [None]})
    value = expected_order_value(spend, nobody)[0]
    np.testing.assert_allclose(expected["expected_value"], (1 + repeats) * value, rtol=1e-9)


def test_the_next_order_date_halves_the_chance_of_an_order_within_a_year(
    sample: Warehouse,
) -> None:
    summary = table(sample, "intermediate.int_btyd_summary")
    scores = table(sample, "marts.fct_customer_lifetime_value")
    orders, _ = parameters_of(sample)
    given = scores["next_order_date"].notna()
    assert (given == (purchase_probability(orders, summary, 90) >= 0.5)).all()
    assert 0.05 < given.mean() < 0.95
    half = purchase_probability(orders, summary, 365) / 2
    days = (scores["next_order_date"] - scores["as_of_date"]).dt.days
    for day in days[given].unique():
        rows = (days == day).to_numpy()
        until, before = (purchase_probability(orders, summary, n)[rows] for n in (day, day - 1))
        assert (until >= half[rows]).all() and (before < half[rows]).all()


def test_undiscounted_value_is_orders_times_spend_and_half_the_level_narrower_bounds(
    build: Callable[..., Warehouse],
) -> None:
    settings = {
        "clv_model": "bg_nbd",
        "clv_annual_discount_rate": 0,
        "clv_interval_level": 0.5,
        "next_order_min_probability": 0.9,
    }
    warehouse = build(settings, select="+fct_customer_lifetime_value", tests=False)
    summary = table(warehouse, "intermediate.int_btyd_summary")
    scores = table(warehouse, "marts.fct_customer_lifetime_value")
    orders, spend = parameters_of(warehouse)
    start = scores["as_of_date"][0]
    for months in (1, 3, 6, 12):
        days = (start + pd.DateOffset(months=months) - start).days
        value = expected_orders(orders, summary, days) * expected_order_value(spend, summary)
        np.testing.assert_allclose(scores[f"clv_{months}m"], value, rtol=1e-9)
    bounds = order_quantiles(orders, summary, 182, (0.25, 0.75))
    assert scores[["orders_26w_lower", "orders_26w_upper"]].to_numpy().tolist() == bounds.tolist()
    soon = purchase_probability(orders, summary, 90) >= 0.9
    assert (scores["next_order_date"].notna() == soon).all()


def test_the_version_of_the_models_is_that_of_the_project(sample: Warehouse) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    warehouse = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["version"]
    assert __version__ == project == warehouse
    assert sample.query(
        "select distinct model_version, trained_on_date = as_of_date, model "
        "from marts.fct_customer_lifetime_value"
    ) == [(__version__, True, "bg_nbd and gamma_gamma")]


# ---- shops that fit nothing

HEADER = "order_id,customer_id,ordered_at,product_id,quantity,unit_price\n"


def lines(orders: list[tuple[int, int, float]]) -> str:
    """Write orders, each a customer, a day from the first of 2023 on, and a price."""
    first = datetime.date(2023, 1, 1)
    return "".join(
        f"{number},c{customer:04d},{first + datetime.timedelta(days=day)},P1,1,{price:.2f}\n"
        for number, (customer, day, price) in enumerate(orders)
    )


def bought_again(customers: int, price: float | None) -> list[tuple[int, int, float]]:
    """Let simulated customers order evenly between their first day and their last."""
    summary = simulate(customers, BetaGeoParameters(0.5, 8, 0.6, 2.5))
    days = summary.assign(
        last=np.ceil(summary["age_at_last_order_days"]), age=np.ceil(summary["customer_age_days"])
    )
    return [
        (row.Index, int(600 - row.age + day), price or 5 + (7 * row.Index + day) % 40)
        for row in days.itertuples()
        for day in np.unique(np.ceil(np.linspace(0, row.last, int(row.repeat_order_days) + 1)))
    ]


FEW = "The fit needs at least 100 customers who came back; there"
SHOPS = {
    "one-time buyers": (
        [(customer, customer % 200, 5 + customer % 7) for customer in range(150)],
        "fallback",
        f"Orders: {FEW} are 0. Spend: {FEW} are 0.",
    ),
    "ten customers": (
        [(customer, 9 * customer + day, 5) for customer in range(10) for day in (0, 30, 70)],
        "fallback",
        f"Orders: {FEW} are 10. Spend: {FEW} are 10.",
    ),
    "all orders on one day": (
        [(customer % 120, 0, 5 + customer % 7) for customer in range(240)],
        "fallback",
        f"Orders: {FEW} are 0. Spend: {FEW} are 0.",
    ),
    "one price": (bought_again(800, price=20), "warn", "mean spend of all these days instead."),
}


@pytest.mark.parametrize("shop", SHOPS)
def test_a_shop_that_fits_nothing_is_built_and_says_why(
    shop: str, build: Callable[..., Warehouse], tmp_path: Path
) -> None:
    orders, status, reason = SHOPS[shop]
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + lines(orders))
    columns = {name: name for name in HEADER.strip().split(",")}
    settings = {"order_lines_path": str(path), "order_lines_columns": columns}
    warehouse = build(settings, select=f"+{MARTS.replace(' ', ' +')}")
    scores = table(warehouse, "marts.fct_customer_lifetime_value")
    customers = {customer for customer, _, _ in orders}
    assert len(scores) == len(customers)
    assert scores["status"].unique().tolist() == [status]
    assert scores["status_reason"].str.endswith(reason).all()
    predictions = scores.loc[:, "expected_orders_1w":"clv_6m_scaled_1_to_100"].drop(
        columns="next_order_date"
    )
    if status == "fallback":
        assert predictions.isna().all(axis=None)
        assert scores["next_order_date"].isna().all()
        assert scores["model"].isna().all()
    else:
        assert predictions.notna().all(axis=None)
        np.testing.assert_allclose(scores["expected_order_value"], 20, rtol=1e-9)
        assert scores["model"].unique().tolist() == ["bg_nbd and mean_spend"]
        assert (scores["clv_12m"] > 0).all()
    statuses = dict(warehouse.query("select model, status from marts.fct_clv_models"))
    assert statuses["gamma_gamma"] == "fallback"
    assert (statuses["bg_nbd"], statuses["mbg_nbd"]) in {("ok", "ok"), ("fallback", "fallback")}


@pytest.mark.parametrize("challenger", ["bg_nbd_all_spend", "bg_nbd_seasonal"])
def test_what_is_published_is_what_the_challenger_forecasts(
    challenger: str, build: Callable[..., Warehouse]
) -> None:
    warehouse = build({"clv_model": challenger}, select=SELECTED, tests=False)
    histories = table(warehouse, "intermediate.int_btyd_summary")
    scores = table(warehouse, "marts.fct_customer_lifetime_value")
    assert scores["customer_id"].tolist() == histories["customer_id"].tolist()
    assert set(scores["model"]) == {f"{challenger} and gamma_gamma"}
    known = KnownAtCutoff(
        histories.assign(past_value=histories["mean_spend"] * (histories["repeat_order_days"] + 1)),
        training=histories.iloc[:0],
        days=table(warehouse, "intermediate.int_purchases_daily"),
        cutoff_date=scores["as_of_date"][0].date(),
        horizon_days=182,
    )
    forecast = CHALLENGERS[challenger](known)
    np.testing.assert_allclose(scores["expected_orders_26w"], forecast.orders, rtol=1e-6)
    money = scores["expected_orders_26w"] * scores["expected_order_value"]
    np.testing.assert_allclose(money, forecast.money, rtol=1e-6)
