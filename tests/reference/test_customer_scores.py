"""De Bruyn's purchases: who was active in 2015 and what they spent, and the value of the base."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Warehouse, preset

YEARLY_REVENUE = [
    478394, 397481, 379526, 365921, 351072, 339488, 330139, 322557, 316409, 311418, 307360,
]  # fmt: skip


@pytest.fixture(scope="module")
def purchases(build: Callable[..., Warehouse], reference_data: Path) -> Warehouse:
    return build(
        {
            **preset("purchases"),
            "order_lines_path": str(reference_data / "purchases.parquet"),
            "as_of_date": "2015-12-31",
        },
        select="+fct_customer_scores +fct_score_coefficients +fct_score_models "
        "+fct_score_deciles +fct_markov_periods +fct_markov_backtest",
    )


def coefficients(purchases: Warehouse, model: str) -> dict[str, float]:
    return dict(
        purchases.query(
            f"select term, estimate from marts.fct_score_coefficients where model = '{model}'"
        )
    )


def fit(purchases: Warehouse, model: str, evaluation: str, measure: str) -> float:
    return purchases.value(
        f"""
        select {measure}
        from marts.fct_score_models
        where model = '{model}' and evaluation = '{evaluation}'
        """
    )


def test_who_was_active_in_2015_is_as_published(purchases: Warehouse) -> None:
    activity = coefficients(purchases, "activity")
    assert activity["intercept"] == pytest.approx(-0.5332, abs=1e-4)
    assert activity["recency_days"] == pytest.approx(-0.001965, abs=1e-6)
    assert activity["order_count"] == pytest.approx(0.2195, abs=1e-4)
    assert fit(purchases, "activity", "in_sample", "aic") == pytest.approx(12381, abs=0.5)


def test_what_the_active_spent_in_2015_is_as_published(purchases: Warehouse) -> None:
    assert coefficients(purchases, "spend") == pytest.approx(
        {
            "intercept": 0.37000,
            "log_mean_order_value": 0.54881,
            "log_max_order_value": 0.38813,
        },
        abs=1e-5,
    )
    assert fit(purchases, "spend", "in_sample", "r_squared") == pytest.approx(0.6927, abs=1e-4)


def test_scores_learnt_from_2014_hold_in_2015(purchases: Warehouse) -> None:
    assert fit(purchases, "activity", "out_of_time", "auc") > 0.87
    assert fit(purchases, "score", "out_of_time", "predicted_to_actual") == pytest.approx(
        1, abs=0.05
    )


def test_the_markov_value_of_the_base_is_as_published(purchases: Warehouse) -> None:
    periods = purchases.query(
        """
        select monetary_value, cumulative_discounted_monetary_value, database_value, customers
        from marts.fct_markov_periods
        order by period_number
        """
    )
    revenue, cumulative, value, customers = zip(*periods, strict=True)
    assert [round(amount) for amount in revenue] == YEARLY_REVENUE
    assert round(cumulative[-1]) == 2_628_958
    assert round(value[-1]) == 2_150_564
    assert {round(number, 4) for number in customers} == {18_417}


def test_a_year_ago_the_value_of_2015_was_foretold_within_a_tenth(purchases: Warehouse) -> None:
    ratio = purchases.value(
        "select predicted_to_actual from marts.fct_markov_backtest where segment = 'all'"
    )
    assert ratio == pytest.approx(1, abs=0.1)
