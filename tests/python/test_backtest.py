"""The backtest finds out who forecasts well where that is known."""

import numpy as np
import pandas as pd
import pytest
from btyd_cases import CDNOW_ORDERS, CDNOW_SPEND

from clientele.backtest import Backtest
from clientele.backtest_challengers import CHALLENGERS
from clientele.backtest_metrics import decile_calibration, forecast_metrics, gains, gini
from clientele.seasonal_clock import SeasonalClock

END = pd.Timestamp("2024-12-31")
HORIZON = 182
BEGINNING = END - pd.Timedelta(days=910)


def shop(customers, intensity=None, seed=1):
    """Purchases of BG/NBD customers who came over two years, at a pace that may have seasons."""
    random = np.random.default_rng(seed)
    clock = SeasonalClock()
    clock.intensity_ = np.ones(12) if intensity is None else np.asarray(intensity, dtype=float)
    passed = clock.days(END, 910) - clock.days(END, np.arange(910, -1, -1))
    start = random.integers(0, 700, customers)
    rate = random.gamma(CDNOW_ORDERS.r, 1 / CDNOW_ORDERS.alpha, customers) / 7
    leaving = random.beta(CDNOW_ORDERS.a, CDNOW_ORDERS.b, customers)
    nu = random.gamma(CDNOW_SPEND.q, 1 / CDNOW_SPEND.v, customers)
    moment, number = passed[start], np.arange(customers)
    found = []
    while len(number):
        day = np.searchsorted(passed, moment, side="right") - 1
        spend = random.gamma(CDNOW_SPEND.p, 1 / nu[number])
        found.append(pd.DataFrame({"customer": number, "day": day, "money": spend}))
        stays = (random.random(len(number)) > leaving[number]) | (len(found) == 1)
        moment = moment + random.exponential(1 / rate[number])
        stays &= moment < passed[-1]
        number, moment = number[stays], moment[stays]
    return pd.concat(found).groupby(["customer", "day"], as_index=False)["money"].sum()


def seen_from(purchases, cutoff_day):
    """As the warehouse prepares it: histories with outcomes, and days."""
    purchases = purchases[purchases["day"] <= cutoff_day + HORIZON]
    first = purchases.groupby("customer")["day"].transform("min")
    purchases = purchases.assign(first=first)[first <= cutoff_day]
    later = purchases["day"] > cutoff_day
    past = purchases[~later].sort_values(["customer", "day"])
    by_customer = past.groupby("customer")
    began, last, orders = (by_customer["day"].agg(how) for how in ("min", "max", "size"))
    value, first_value = by_customer["money"].sum(), by_customer["money"].first()
    recent = past[past["day"] > cutoff_day - HORIZON].groupby("customer")["money"]
    outcome = purchases[later].groupby("customer")["money"]
    date = BEGINNING + pd.Timedelta(days=cutoff_day)
    table = pd.DataFrame(
        {
            "history_date": date,
            "repeat_order_days": orders - 1,
            "age_at_last_order_days": last - began,
            "customer_age_days": cutoff_day - began,
            "mean_repeat_spend": (value - first_value) / (orders - 1).replace(0, np.nan),
            "past_value": value,
            "first_purchase_value": first_value,
            "recent_order_days": recent.size(),
            "recent_value": recent.sum(),
            "later_order_days": outcome.size(),
            "later_value": outcome.sum(),
        }
    )
    counted = table.columns[7:]
    table[counted] = table[counted].fillna(0)
    is_first = purchases["day"] == purchases["first"]
    days = (
        pd.DataFrame(
            {
                "history_date": date,
                "order_date": BEGINNING + pd.to_timedelta(purchases["day"], unit="D"),
                "first_purchases": is_first.astype(int),
                "repeat_purchases": (~is_first).astype(int),
            }
        )
        .groupby(["history_date", "order_date"], as_index=False)
        .sum()
    )
    return table.reset_index(drop=True), days


def inputs(purchases, cutoff_day=728, **changes):
    histories, days = zip(
        *(seen_from(purchases, day) for day in (cutoff_day, cutoff_day - HORIZON)), strict=True
    )
    cutoff = {
        "cutoff_number": 1,
        "cutoff_date": BEGINNING + pd.Timedelta(days=cutoff_day),
        "horizon_days": HORIZON,
        "training_date": BEGINNING + pd.Timedelta(days=cutoff_day - HORIZON),
        "status": "ok",
        "status_reason": None,
    }
    return pd.DataFrame([cutoff | changes]), pd.concat(histories), pd.concat(days)


def measured(backtest, measure):
    rows = backtest.metrics_
    return rows[rows["measure"] == measure].set_index("challenger")


@pytest.fixture(scope="module")
def steady():
    return inputs(shop(6000))


@pytest.fixture(scope="module")
def run(steady):
    return Backtest().fit(*steady)


def test_the_textbook_is_calibrated_where_its_assumptions_hold(run):
    for measure in ("orders", "money"):
        metrics = measured(run, measure)
        assert not (metrics["status"] == "fallback").any()
        assert metrics.loc["bg_nbd", "status"] == "ok"
        assert abs(metrics.loc["bg_nbd", "bias"]) < 0.1
        baselines = metrics.loc[["last_period", "recency"], "normalised_gini"]
        assert metrics.loc["bg_nbd", "normalised_gini"] > baselines.max() + 0.02
    calibration = run.calibration_.query(
        "challenger == 'bg_nbd' and measure == 'orders' and bucket_kind == 'repeat_purchases'"
    )
    np.testing.assert_allclose(
        calibration["predicted_total"], calibration["actual_total"], rtol=0.25
    )


def test_buckets_and_weeks_add_up_to_the_totals(run):
    metrics = run.metrics_.set_index(["challenger", "measure"])
    for (challenger, measure, _), rows in run.calibration_.groupby(
        ["challenger", "measure", "bucket_kind"]
    ):
        for total in ("predicted_total", "actual_total", "customers"):
            assert rows[total].sum() == pytest.approx(metrics.loc[(challenger, measure), total])
    last = run.tracking_.query("week_number == 26").set_index("challenger")
    orders = measured(run, "orders").loc[last.index]
    np.testing.assert_allclose(last["predicted_orders"], orders["predicted_total"])
    np.testing.assert_allclose(last["actual_orders"], orders["actual_total"])


def test_the_order_of_the_rows_has_no_say(steady, run):
    cutoffs, histories, days = steady
    shuffled = Backtest().fit(
        cutoffs, histories.sample(frac=1, random_state=1), days.sample(frac=1, random_state=2)
    )
    for name in ("metrics_", "calibration_", "tracking_"):
        pd.testing.assert_frame_equal(getattr(run, name), getattr(shuffled, name), check_exact=True)


def test_what_comes_later_changes_no_forecast(steady, run):
    cutoffs, histories, days = steady
    is_now = (histories["history_date"] == cutoffs["cutoff_date"][0]).to_numpy()
    outcomes = ["later_order_days", "later_value"]
    histories = histories.reset_index(drop=True)
    histories.loc[is_now, outcomes] = 7.0 * histories.loc[is_now, outcomes] + 1
    is_later = (days["order_date"] > days["history_date"]).to_numpy()
    days = days.assign(repeat_purchases=days["repeat_purchases"] * np.where(is_later, 50, 1))
    changed = Backtest().fit(cutoffs, histories, days)
    assert not (changed.metrics_["actual_total"] == run.metrics_["actual_total"]).any()
    np.testing.assert_allclose(
        changed.metrics_["predicted_total"], run.metrics_["predicted_total"], rtol=1e-12
    )


def test_the_seasonal_clock_beats_the_calendar_where_there_are_seasons():
    intensity = np.array([0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.8, 0.9, 1.2, 1.6, 2.0, 1.3])
    challengers = {name: CHALLENGERS[name] for name in ("bg_nbd", "bg_nbd_seasonal")}
    given = inputs(shop(6000, intensity))
    bias = measured(Backtest(challengers=challengers).fit(*given), "orders")["bias"]
    assert bias["bg_nbd"] < -0.15
    assert abs(bias["bg_nbd_seasonal"]) < 0.6 * abs(bias["bg_nbd"])


def test_the_seasonal_clock_finds_planted_seasons_and_none_in_a_year():
    intensity = np.array([0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.8, 0.9, 1.2, 1.6, 2.0, 1.3])
    _, days = seen_from(shop(20_000, intensity), 730)
    cutoff = BEGINNING + pd.Timedelta(days=730)
    clock = SeasonalClock().fit(days, CDNOW_ORDERS, cutoff)
    found = clock.intensity_ / clock.intensity_.mean()
    np.testing.assert_allclose(found, intensity, rtol=0.2)
    begun = days[days["order_date"] <= BEGINNING + pd.Timedelta(days=360)]
    early = SeasonalClock().fit(begun, CDNOW_ORDERS, BEGINNING + pd.Timedelta(days=360))
    assert early.intensity_.tolist() == [1.0] * 12


def test_who_cannot_forecast_says_why(steady):
    cutoffs, histories, days = steady
    few = histories[histories["repeat_order_days"] == 0].groupby("history_date").head(40)
    metrics = measured(Backtest().fit(cutoffs, few, days), "money")
    assert metrics.loc["bg_nbd", "status_reason"].endswith("there are 0.")
    assert "200" in metrics.loc["gradient_boosting", "status_reason"]
    assert (metrics.loc[["last_period", "recency"], "status"] == "ok").all()
    is_without = metrics["predicted_total"].isna()
    assert (is_without == (metrics["status"] == "fallback")).all()


def test_a_cutoff_without_history_or_customers_is_passed_on(steady):
    cutoffs, histories, days = steady
    refused = cutoffs.assign(status="fallback", status_reason="Too short.")
    assert set(Backtest().fit(refused, histories, days).metrics_["status_reason"]) == {"Too short."}
    nobody = Backtest().fit(cutoffs, histories.head(0), days.head(0))
    assert nobody.metrics_["status"].eq("fallback").all()
    assert nobody.calibration_.empty and nobody.tracking_.empty
    assert Backtest().fit(cutoffs.head(0), histories, days).metrics_.empty
    with pytest.raises(ValueError, match="later_value"):
        Backtest().fit(cutoffs, histories.drop(columns="later_value"), days)


def test_a_shop_that_nobody_comes_back_to_in_the_horizon_has_no_bias(steady):
    cutoffs, histories, days = steady
    gone = histories.assign(later_order_days=0.0, later_value=0.0)
    metrics = measured(Backtest().fit(cutoffs, gone, days), "orders")
    assert metrics["bias"].isna().all() and metrics["normalised_gini"].isna().all()
    assert metrics.loc["gradient_boosting", "status"] == "fallback"


def test_customers_with_equal_forecasts_are_shared_out():
    predicted, actual = [1, 1, 1, 1], [0, 8, 0, 0]
    assert gini(predicted, actual) == pytest.approx(0)
    assert forecast_metrics(predicted, actual)["top_decile_share"] == pytest.approx(0.1)
    assert decile_calibration(predicted, actual)["lift"].tolist() == pytest.approx([1] * 10)
    assert gains(predicted, actual)[2].tolist() == [0, 8]


def test_gini_is_what_counting_pairs_gives():
    random = np.random.default_rng(3)
    predicted, actual = random.integers(0, 5, 60), random.poisson(1, 60)

    def by_pairs(score):
        above = np.sign(score[:, None] - score[None, :])
        return (above * (actual[:, None] - actual[None, :])).sum()

    assert gini(predicted, actual) == pytest.approx(by_pairs(predicted) / by_pairs(actual))
