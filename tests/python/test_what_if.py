"""What-if: exact means against draws and against the published formulas, levers at their limits."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from btyd_cases import AS_OF_DATE, CDNOW_ORDERS, CDNOW_SPEND, simulate
from conftest import Warehouse

from clientele import what_if_spread
from clientele.btyd_formulas import alive
from clientele.lifetime_value import (
    ModifiedBetaGeoParameters,
    discounted_clv,
    expected_order_value,
    expected_orders,
    expected_orders_of_new_customer,
    probability_alive,
)
from clientele.what_if import WhatIf
from clientele.what_if_chances import BLOCK, Chances, Drawn
from clientele.what_if_scenarios import LEVERS
from clientele.what_if_totals import Customers, Future, Shop, expected_totals

DAYS = 366
WEEKS = DAYS / 7
CHANGES = [f"{lever}_change" for lever in LEVERS]
NEWCOMERS = np.arange(12.0)


def summary_of_shop(customers: int = 2000) -> pd.DataFrame:
    summary = simulate(customers).round({"age_at_last_order_days": 0, "customer_age_days": 0})
    usable = np.isfinite(expected_orders(CDNOW_ORDERS, summary, DAYS))
    return with_spend(summary[usable].reset_index(drop=True))


def with_spend(summary: pd.DataFrame) -> pd.DataFrame:
    return summary.assign(
        spend_order_days=summary["repeat_order_days"],
        mean_order_day_spend=summary["mean_repeat_spend"],
    )


SUMMARY = summary_of_shop()


def fitted(newcomers: np.ndarray = NEWCOMERS, **settings: object) -> pd.DataFrame:
    settings = {"changes": [0, 0.2], "equity_years": 2} | settings
    what_if = WhatIf(**settings).fit(SUMMARY, CDNOW_ORDERS, CDNOW_SPEND, newcomers, AS_OF_DATE)
    return what_if.table_.set_index(CHANGES)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return fitted()


def shop(retention: list[float], frequency: list[float], parameters=CDNOW_ORDERS) -> Shop:
    months = np.arange(1, 25) / 12
    future = Future(months * WEEKS, NEWCOMERS, (months[:12] - 1 / 24) * WEEKS, 1.1**-months)
    customers = Customers.from_summary(SUMMARY)
    return Shop(parameters, CDNOW_SPEND, customers, future, retention, frequency)


def test_without_a_change_the_means_are_the_published_ones(table: pd.DataFrame) -> None:
    value = expected_order_value(CDNOW_SPEND, SUMMARY)
    orders = expected_orders(CDNOW_ORDERS, SUMMARY, DAYS)
    base = table.loc[0, 0, 0, 0]
    assert base["orders_existing_12m"] == pytest.approx(orders.sum(), rel=1e-6)
    assert base["revenue_existing_12m"] == pytest.approx(orders @ value, rel=1e-6)
    for name, months in {"clv_existing_12m": 12, "discounted_revenue_existing": 24}.items():
        money = discounted_clv(CDNOW_ORDERS, SUMMARY, value, months, 0.1, AS_OF_DATE).sum()
        assert base[name] == pytest.approx(money, rel=1e-6)
    ends = [(pd.Timestamp(AS_OF_DATE) + pd.DateOffset(months=n)) for n in range(13)]
    days = np.array([(end - ends[0]).days for end in ends])
    left = days[12] - (days[:12] + days[1:]) / 2
    new = NEWCOMERS @ (1 + expected_orders_of_new_customer(CDNOW_ORDERS, left))
    assert base["orders_new_12m"] == pytest.approx(new, rel=1e-6)
    mean_value = CDNOW_SPEND.p * CDNOW_SPEND.v / (CDNOW_SPEND.q - 1)
    assert base["revenue_new_12m"] == pytest.approx(new * mean_value, rel=1e-6)


def test_who_never_leaves_goes_on_at_the_same_rate() -> None:
    totals, _ = expected_totals(shop([1e12], [0.0]))
    x, T = SUMMARY["repeat_order_days"], SUMMARY["customer_age_days"] / 7
    rate = (CDNOW_ORDERS.r + x) / (CDNOW_ORDERS.alpha + T)
    orders = probability_alive(CDNOW_ORDERS, SUMMARY) @ (rate * WEEKS)
    assert totals[0, 0, 0, 0] == pytest.approx(orders, rel=1e-6)


def test_who_leaves_after_the_next_order_places_one_at_most() -> None:
    totals, _ = expected_totals(shop([-0.9999999], [0.0]))
    x, T = (SUMMARY[name].to_numpy() for name in ("repeat_order_days", "customer_age_days"))
    silent = (1 + WEEKS / (CDNOW_ORDERS.alpha + T / 7)) ** -(CDNOW_ORDERS.r + x)
    orders = probability_alive(CDNOW_ORDERS, SUMMARY) @ (1 - silent)
    assert totals[0, 0, 0, 0] == pytest.approx(orders, rel=1e-5)


def test_a_tenth_of_the_orders_is_a_tenth_of_the_time() -> None:
    totals, _ = expected_totals(shop([0.0], [-0.9]))
    orders = expected_orders(CDNOW_ORDERS, SUMMARY, DAYS / 10).sum()
    assert totals[0, 0, 0, 0] == pytest.approx(orders, rel=1e-6)


@pytest.mark.parametrize(
    "parameters", [CDNOW_ORDERS, ModifiedBetaGeoParameters(0.5, 6, 0.9, 1.6)], ids=["BG", "MBG"]
)
def test_draws_have_the_exact_means(parameters: tuple) -> None:
    retention, frequency, replicates = (-0.3, 0.0, 0.5), (-0.5, 0.2), 2000
    exact, _ = expected_totals(shop(retention, frequency, parameters)._replace(spend=1.0))
    customers = Customers.from_summary(SUMMARY)
    drawn = Drawn(
        customers.x,
        customers.T,
        alive(parameters, customers.x, customers.t_x, customers.T),
        customers.spend_orders,
        customers.spend_mean,
        np.ones(len(SUMMARY)),
        (WEEKS, 2 * WEEKS),
        (1.0, 1.0, 0.0),
        False,
    )
    money = Chances(parameters, 1.0, retention, frequency, replicates, 3).money(drawn)[..., 0]
    error = money.std(axis=0) / np.sqrt(replicates)
    assert (np.abs(money.mean(axis=0) - exact[0, 0]) < 4 * error).all()
    # the same luck: more is never less, in any draw
    assert (np.diff(money, axis=1) >= 0).all() and (np.diff(money, axis=2) >= 0).all()


def test_money_of_existing_customers_is_drawn_around_its_mean() -> None:
    whole = shop((0.0, 0.2), (0.0, 0.2))
    totals, revenue = expected_totals(whole)
    drawn = what_if_spread._existing(whole, revenue)
    assert len(drawn.x) == len(SUMMARY) and (drawn.scale == 1).all()
    money = Chances(CDNOW_ORDERS, CDNOW_SPEND, (0.0, 0.2), (0.0, 0.2), 2000, 3).money(drawn)
    error = money.std(axis=0) / np.sqrt(len(money))
    assert (np.abs(money.mean(axis=0)[..., 0] - totals[0, 1]) < 4 * error[..., 0]).all()
    assert (error[..., 0] < 0.003 * totals[0, 1]).all()
    np.testing.assert_allclose(money.mean(axis=0)[..., 1], totals[0, 3], rtol=0.02)


def test_new_customers_are_drawn_around_their_mean() -> None:
    future = shop([0.0], [0.0]).future
    totals, _ = expected_totals(shop([0.0], [0.0]))
    chances = Chances(CDNOW_ORDERS, CDNOW_SPEND, (0.0,), (0.0,), 6000, 5)
    money = sum(
        chances.money(what_if_spread._newcomers(future, month, number), month)
        for month, number in enumerate(NEWCOMERS)
        if number
    )[:, 0, 0]
    error = money[:, 0].std() / np.sqrt(len(money))
    assert abs(money[:, 0].mean() - totals[1, 1, 0, 0]) < 4 * error
    # of the years a mean discount is drawn
    assert money[:, 1].mean() == pytest.approx(totals[1, 3, 0, 0], rel=0.03)


def test_value_and_acquisition_multiply(table: pd.DataFrame) -> None:
    base, dearer, more = (
        table.loc[scenario] for scenario in [(0, 0, 0, 0), (0, 0, 0.2, 0), (0, 0, 0, 0.2)]
    )
    money = [name for name in table if name.startswith(("revenue", "discounted", "clv"))]
    money = [name for name in money if "_change" not in name]
    np.testing.assert_allclose(dearer[money].astype(float), 1.2 * base[money].astype(float))
    assert (
        dearer["expected_orders_12m" if "expected_orders_12m" in table else "orders_new_12m"]
        == (base["orders_new_12m"])
    )
    assert more["revenue_new_12m"] == pytest.approx(1.2 * base["revenue_new_12m"])
    assert more["revenue_existing_12m"] == base["revenue_existing_12m"]
    assert more["new_customers_12m"] == pytest.approx(1.2 * NEWCOMERS.sum())
    assert dearer["revenue_12m_change_share_lower"] == pytest.approx(0.2)
    assert dearer["revenue_12m_change_share_upper"] == pytest.approx(0.2)


def test_the_same_seed_gives_the_same_and_another_one_other_bounds(table: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(fitted(), table)
    other = fitted(random_state=7)
    assert other["revenue_12m_lower"].iloc[0] != table["revenue_12m_lower"].iloc[0]
    np.testing.assert_array_equal(other["revenue_new_12m"], table["revenue_new_12m"])
    np.testing.assert_allclose(other["revenue_12m_lower"], table["revenue_12m_lower"], rtol=0.03)


def test_a_scenario_that_is_asked_changes_no_other_and_a_known_one_is_no_new_row(
    table: pd.DataFrame,
) -> None:
    asked = fitted(asked={"acquisition": 0.5, "order_value": -0.5})
    assert len(asked) == len(table) + 1 and asked["is_asked"].sum() == 1
    pd.testing.assert_frame_equal(
        asked[~asked["is_asked"]].drop(columns="is_asked"), table.drop(columns="is_asked")
    )
    known = fitted(asked={"retention": 0.2})
    assert known.index[known["is_asked"]].tolist() == [(0.2, 0, 0, 0)]
    assert len(known) == len(table)


def test_customers_are_drawn_in_blocks_of_their_own_luck() -> None:
    drawn = what_if_spread._existing(shop([0.0], [0.0]), np.ones(len(SUMMARY)))
    chances = Chances(CDNOW_ORDERS, CDNOW_SPEND, (0.0,), (0.0,), 50, 1)
    arrays = {name: getattr(drawn, name)[: BLOCK + 30] for name in Drawn._fields[:6]}
    both = chances.money(drawn._replace(**arrays))
    first = chances.money(drawn.block(0))
    second = drawn._replace(**arrays).block(BLOCK)
    rest = chances._money(np.random.default_rng([1, 0, BLOCK]), second)
    np.testing.assert_allclose(both, first + rest)


def test_who_stands_for_others_makes_the_spread_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = shop([0.0], [0.0])
    _, revenue = expected_totals(whole)
    everybody = what_if_spread.chance_draws(whole, revenue, 1)[:, 0, 0].std()
    monkeypatch.setattr(what_if_spread, "CERTAIN", 200)
    monkeypatch.setattr(what_if_spread, "SAMPLED", 300)
    assert len(what_if_spread._existing(whole, revenue).x) == 500
    some = what_if_spread.chance_draws(whole, revenue, 1)[:, 0, 0].std()
    assert some == pytest.approx(everybody, rel=0.15)


def test_the_bounds_hold_what_comes_as_often_as_they_say() -> None:
    """Shops that do what the models assume, with the parameters known to a fit of each."""
    inside = []
    for seed in range(10):
        summary = with_spend(simulate(600, ahead=WEEKS, seed=seed))
        model = what_if_spread.BetaGeoModel().fit(summary)
        what_if = WhatIf(changes=[0], equity_years=1).fit(
            summary, model.parameters_, 1.0, np.zeros(12), AS_OF_DATE
        )
        row = what_if.table_.iloc[0]
        orders = summary["later"].sum()
        inside.append(row["revenue_12m_lower"] <= orders <= row["revenue_12m_upper"])
    assert 0.5 <= np.mean(inside)


def test_without_new_customers_there_are_none() -> None:
    table = fitted(newcomers=np.zeros(12))
    assert (table[["orders_new_12m", "revenue_new_12m", "discounted_revenue_new"]] == 0).all(
        axis=None
    )
    assert not table.isna().any(axis=None)


def test_without_a_fit_every_scenario_is_there_and_empty() -> None:
    table = WhatIf().fit(SUMMARY, None, None, None, None).table_
    assert len(table) == 5**4
    assert table.drop(columns=["scenario_key", "is_asked", *CHANGES]).isna().all(axis=None)


HEADER = "order_id,customer_id,ordered_at,product_id,quantity,unit_price\n"


def test_a_shop_that_fits_nothing_has_empty_scenarios_and_says_why(
    build: Callable[..., Warehouse], tmp_path: Path
) -> None:
    first = datetime.date(2023, 1, 1)
    path = tmp_path / "orders.csv"
    path.write_text(
        HEADER
        + "".join(f"{n},c{n},{first + datetime.timedelta(n % 200)},P,1,5\n" for n in range(150))
    )
    warehouse = build(
        {
            "order_lines_path": str(path),
            "order_lines_columns": {name: name for name in HEADER.strip().split(",")},
            "what_if": {"frequency": 0.5},
            "what_if_changes": [0],
        },
        select="+fct_what_if_levers",
    )
    assert warehouse.query(
        "select scenario_key, is_asked, revenue_12m, status, status_reason like 'Orders: The fit %'"
        " from marts.fct_what_if order by 1"
    ) == [("0+0+0+0", False, None, "fallback", True), ("0+0.5+0+0", True, None, "fallback", True)]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"what_if": {"price": 0.1}}, "what_if is"),
        ({"what_if": {"retention": -1}}, "a mapping of any of retention, frequency"),
        ({"what_if": {"retention": True}}, "to numbers from -0.9 to 10"),
        ({"what_if": 0.1}, "a mapping of any of"),
        ({"what_if_changes": [-0.1, 0.1]}, "with 0 among them"),
        ({"what_if_changes": [0.1, 0]}, "ascending numbers"),
        ({"what_if_changes": [n / 10 for n in range(10)]}, "a list of at most 9"),
        ({"what_if_equity_years": 0}, "a whole number from 1 to 10"),
    ],
)
def test_an_illegal_what_if_is_refused(
    settings: dict, sentence: str, run_dbt: Callable[..., Warehouse]
) -> None:
    warehouse = run_dbt(["run-operation", "check_config"], Path(":memory:"), settings)
    assert not warehouse.success
    assert sentence in "\n".join(warehouse.errors)
