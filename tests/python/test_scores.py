"""Scores of customers: estimates as others give them, and shops that cannot be scored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import Warehouse
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import roc_auc_score

from clientele.customer_scores import (
    ACTIVITY_PREDICTORS,
    ActivityModel,
    CustomerScores,
    SpendModel,
)


def shop(customers: int = 3000, seed: int = 1) -> pd.DataFrame:
    """Customers of today, of one period ago and of two, who follow the models' own assumptions."""
    random = np.random.default_rng(seed)
    parts = []
    for back in range(3):
        mean = np.exp(random.normal(3.5, 0.7, customers))
        table = pd.DataFrame(
            {
                "customer_id": [f"c{number:06}" for number in range(customers)],
                "periods_back": back,
                "recency_days": random.integers(1, 700, customers),
                "order_count": random.geometric(0.3, customers),
                "mean_order_value": mean,
                "max_order_value": mean * np.exp(random.exponential(0.4, customers)),
            }
        )
        table["first_order_age_days"] = table["recency_days"] + random.integers(0, 300, customers)
        log_odds = 0.5 - 0.006 * table["recency_days"] + 0.25 * table["order_count"]
        active = random.random(customers) < 1 / (1 + np.exp(-log_odds))
        spend = np.exp(0.4 + 0.9 * np.log(mean) + random.normal(0, 0.8, customers))
        table["is_active_next_period"] = active.astype(object) if back else None
        table["next_period_value"] = np.where(active, spend, 0.0) if back else np.nan
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    return shop()


@pytest.fixture(scope="module")
def scored(customers: pd.DataFrame) -> CustomerScores:
    return CustomerScores().fit(customers)


def last_period(customers: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    last = customers[customers["periods_back"] == 1].reset_index(drop=True)
    predictors = last[list(ACTIVITY_PREDICTORS)].astype(float)
    return predictors, last["is_active_next_period"].astype(float).to_numpy()


def model_row(scored: CustomerScores, model: str, evaluation: str) -> pd.Series:
    return scored.models_.set_index(["model", "evaluation"]).loc[(model, evaluation)]


def test_activity_is_the_logistic_regression_that_scikit_learn_fits(customers) -> None:
    predictors, active = last_period(customers)
    ours = ActivityModel().fit(predictors, active)
    theirs = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10).fit(
        predictors, active
    )
    assert ours.coefficients_["estimate"][1:].to_numpy() == pytest.approx(theirs.coef_[0], rel=1e-5)
    assert ours.coefficients_["estimate"][0] == pytest.approx(theirs.intercept_[0], rel=1e-5)
    assert ours.predict(predictors) == pytest.approx(theirs.predict_proba(predictors)[:, 1])


def test_standard_errors_are_those_of_the_information_in_the_predictors_own_units(
    customers,
) -> None:
    predictors, active = last_period(customers)
    model = ActivityModel().fit(predictors, active)
    probability = model.predict(predictors)
    design = np.c_[np.ones(len(predictors)), predictors]
    information = design.T @ (design * (probability * (1 - probability))[:, None])
    expected = np.sqrt(np.diag(np.linalg.inv(information)))
    assert model.coefficients_["standard_error"].to_numpy() == pytest.approx(expected, rel=1e-6)


def test_spend_is_least_squares_of_logs_with_the_mean_of_the_residuals_exponentials(
    customers,
) -> None:
    last = customers[(customers["periods_back"] == 1) & (customers["next_period_value"] > 0)]
    logs = np.log(last[["mean_order_value", "max_order_value"]].to_numpy())
    target = np.log(last["next_period_value"].to_numpy())
    ours = SpendModel().fit(last, last["next_period_value"])
    theirs = LinearRegression().fit(logs, target)
    assert ours.coefficients_["estimate"].tolist() == pytest.approx(
        [theirs.intercept_, *theirs.coef_]
    )
    assert ours.r_squared_ == pytest.approx(theirs.score(logs, target))
    assert ours.smearing_factor_ == pytest.approx(np.exp(target - theirs.predict(logs)).mean())
    # without smearing, expected spend would be the median: too low
    assert ours.predict(last).sum() == pytest.approx(last["next_period_value"].sum(), rel=0.05)


def test_a_fit_on_the_period_before_is_judged_on_the_last_one(customers, scored) -> None:
    before = customers[customers["periods_back"] == 2]
    predictors, active = last_period(customers)
    earlier = ActivityModel().fit(
        before[list(ACTIVITY_PREDICTORS)].astype(float),
        before["is_active_next_period"].astype(float),
    )
    probability = earlier.predict(predictors)
    row = model_row(scored, "activity", "out_of_time")
    assert row["auc"] == pytest.approx(roc_auc_score(active, probability))
    assert row["brier_score"] == pytest.approx(((probability - active) ** 2).mean())
    assert row["log_likelihood"] < model_row(scored, "activity", "in_sample")["log_likelihood"]
    assert model_row(scored, "score", "out_of_time")["predicted_total"] == pytest.approx(
        model_row(scored, "score", "out_of_time")["actual_total"], rel=0.1
    )


def test_tenths_hold_everybody_and_fall(scored) -> None:
    for _, tenths in scored.deciles_.groupby(["evaluation", "ranked_by"]):
        assert tenths["customers"].tolist() == [300] * 10
        assert tenths["active_customers"].iloc[0] > 2 * tenths["active_customers"].iloc[-1]
    by_probability = scored.deciles_.query("ranked_by == 'purchase_probability'")
    assert (
        by_probability.groupby("evaluation")["expected_active_customers"]
        .apply(lambda expected: expected.is_monotonic_decreasing)
        .all()
    )


def test_two_fits_are_equal_to_the_last_digit(customers, scored) -> None:
    again = CustomerScores().fit(customers)
    pd.testing.assert_frame_equal(again.scores_, scored.scores_, check_exact=True)
    pd.testing.assert_frame_equal(again.models_, scored.models_, check_exact=True)


def test_predictors_that_separate_the_active_have_no_estimates() -> None:
    predictors = pd.DataFrame(
        {"recency_days": np.arange(200.0), "order_count": np.tile([1.0, 2], 100)}
    )
    for active in (
        predictors["recency_days"] < 100,
        # all with two orders were active, of the others every second one
        (predictors["order_count"] == 2) | (predictors["recency_days"] % 4 == 0),
    ):
        model = ActivityModel().fit(predictors, active)
        assert model.status_ == "fallback"
        assert "without error" in model.status_reason_
        assert np.isnan(model.predict(predictors)).all()
        assert model.coefficients_["estimate"].isna().all()


def test_a_predictor_that_others_determine_is_left_out(customers) -> None:
    predictors, active = last_period(customers)
    plain = ActivityModel().fit(predictors.drop(columns="max_order_value"), active)
    model = ActivityModel().fit(
        predictors.assign(max_order_value=predictors["mean_order_value"]), active
    )
    assert model.status_ == "warn"
    assert model.status_reason_.startswith("max_order_value is left out")
    assert model.predict(predictors) == pytest.approx(plain.predict(predictors))
    assert model.coefficients_["estimate"].isna().tolist() == [False] * 5 + [True]


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_nobody_and_everybody_active_is_told(rate, customers) -> None:
    alike = customers.assign(is_active_next_period=bool(rate), next_period_value=20.0 * rate)
    scored = CustomerScores().fit(alike)
    who = "not active" if rate else "active"
    assert scored.scores_["status_reason"].unique().tolist() == [
        f"Only 0 customers were {who} in the period; at least 10 are needed."
    ]
    assert scored.scores_["score"].isna().all()
    assert scored.deciles_.empty


def test_who_left_no_money_has_a_probability_and_no_spend(customers) -> None:
    returned = customers.copy()
    first = returned.index[(returned["periods_back"] == 0)][0]
    returned.loc[first, "mean_order_value"] = -3.0
    row = CustomerScores().fit(returned).scores_.iloc[0]
    assert 0 < row["purchase_probability_next_period"] < 1
    assert np.isnan(row["expected_spend"]) and np.isnan(row["score"])
    assert row["status"] == "warn"


def test_activity_that_is_neither_0_nor_1_is_refused(customers) -> None:
    predictors, active = last_period(customers)
    with pytest.raises(ValueError, match="1 or 0"):
        ActivityModel().fit(predictors, active + 1)


HEADER = "order_id,customer_id,ordered_at,product_id,quantity,unit_price\n"
YOUNG = "".join(
    f"{number},c{number % 7},2024-0{1 + number % 3}-1{number % 9},P1,1,{5 + number}\n"
    for number in range(20)
)
OLD = YOUNG + "91,late,2026-03-31,P1,1,9\n"


@pytest.mark.parametrize(
    ("lines", "markov_status"), [(HEADER + "1,c1,2024-01-01,P1,1,5\n", "fallback"),
                                 (HEADER + YOUNG, "fallback"), (HEADER + OLD, "warn")],
    ids=["one order", "three months", "long silence"],
)  # fmt: skip
def test_a_shop_with_too_little_history_builds_and_says_why(
    lines: str, markov_status: str, build: Callable[..., Warehouse], tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(lines)
    columns = {name: name for name in HEADER.strip().split(",")}
    warehouse = build(
        {"order_lines_path": str(path), "order_lines_columns": columns},
        select="+fct_customer_scores +fct_score_coefficients +fct_score_models "
        "+fct_score_deciles +fct_markov_periods +fct_markov_backtest",
    )
    assert warehouse.query(
        "select distinct status, score, status_reason is null from marts.fct_customer_scores"
    ) == [("fallback", None, False)]
    assert warehouse.value("select count(*) from marts.fct_score_models") == 6
    periods = warehouse.query(
        "select status, count(*), count(database_value) from marts.fct_markov_periods group by all"
    )
    assert periods == [(markov_status, 11, 11 if markov_status != "fallback" else 0)]
