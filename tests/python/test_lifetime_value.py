"""Lifetime value: the published figures, the mathematics behind them, shops that fit nothing."""

import datetime
import importlib.metadata
import importlib.resources
import warnings

import duckdb
import numpy as np
import pandas as pd
import pytest
import threadpoolctl
from btyd_cases import (
    AS_OF_DATE,
    CDNOW_ORDERS,
    CDNOW_SPEND,
    failed_gates,
    read_cdnow,
    simulate,
    stock_bg_nbd,
    stock_covariance,
    stock_gamma_gamma,
    summary_of,
)
from btyd_oracles import symbols

from clientele import btyd_gates, btyd_ladder, btyd_models
from clientele.btyd_fitters import (
    BetaGeoFitter,
    ConvergenceError,
    GammaGammaFitter,
)
from clientele.btyd_likelihoods import Curve
from clientele.btyd_summary import read_history
from clientele.lifetime_value import (
    BetaGeoModel,
    BetaGeoParameters,
    GammaGammaModel,
    GammaGammaParameters,
    ModifiedBetaGeoModel,
    discounted_clv,
    expected_order_value,
    expected_orders,
    expected_orders_of_new_customer,
    fitted_models_table,
    pooled_order_value,
    probability_alive,
    purchase_probability,
)

# what another test left open may be found here
pytestmark = pytest.mark.filterwarnings("error", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def cdnow():
    return read_cdnow()


@pytest.fixture(scope="module")
def cdnow_orders(cdnow):
    return BetaGeoModel().fit(cdnow)


@pytest.fixture(scope="module")
def cdnow_spend(cdnow):
    return GammaGammaModel().fit(cdnow)


@pytest.fixture(scope="module")
def fitted(cdnow_orders, cdnow_spend):
    return fitted_models_table(cdnow_orders, cdnow_spend)


@pytest.fixture(scope="module")
def shop():
    return simulate(1500, BetaGeoParameters(0.5, 8, 0.6, 2.5))


@pytest.fixture(scope="module")
def shop_orders(shop):
    return BetaGeoModel().fit(shop)


@pytest.fixture(scope="module")
def same_spend(shop):
    """Every order brings 20, which no Gamma-Gamma with finite parameters gives back."""
    return shop.assign(mean_repeat_spend=20.0)


@pytest.fixture
def newton_alone(monkeypatch):
    """Take the rung lifetimes out of the ladder."""
    for model in (BetaGeoModel, GammaGammaModel):
        monkeypatch.setattr(model, "_climb_by_lifetimes", lambda *_: None)


# ---- published figures


def test_bg_nbd_is_as_published(cdnow_orders):
    assert cdnow_orders.status_ == "ok"
    assert cdnow_orders.status_reason_ is None
    assert [round(value, 3) for value in cdnow_orders.parameters_] == [0.243, 4.414, 0.793, 2.426]
    assert cdnow_orders.standard_errors_ == pytest.approx(
        (0.0126, 0.3782, 0.1857, 0.7053), rel=4e-3
    )
    assert cdnow_orders.log_likelihood_ == pytest.approx(-9582.4, abs=0.05)
    assert (cdnow_orders.customers_, cdnow_orders.repeat_customers_) == (2357, 946)


def test_gamma_gamma_is_as_published(cdnow_spend):
    assert cdnow_spend.status_ == "ok"
    assert cdnow_spend.parameters_ == pytest.approx((6.25, 3.74, 15.44), rel=2e-3)
    assert (cdnow_spend.customers_, cdnow_spend.repeat_customers_) == (2357, 946)
    assert cdnow_spend.pearson_correlation_ == pytest.approx(0.11, abs=0.005)


def test_the_customer_of_the_paper_will_place_1_226_orders():
    customer = summary_of(2, 30.43, 38.86)
    assert expected_orders(CDNOW_ORDERS, customer, 7 * 39) == pytest.approx(1.226, abs=5e-4)


def reference_summary(folder, customer, end):
    return duckdb.sql(
        f"""
        with days as (
            select {customer} as customer_id, date, sum(amount) as amount
            from '{folder}/cdnow_master.parquet'
            where {customer} is not null and date <= date '{end}'
            group by {customer}, date
        ), numbered as (
            select *, row_number() over (partition by customer_id order by date) as number from days
        )
        select
            customer_id,
            count(*) - 1 as repeat_order_days,
            max(date) - min(date) as age_at_last_order_days,
            date '{end}' - min(date) as customer_age_days,
            cast(avg(amount) filter (number > 1) as double) as mean_repeat_spend
        from numbered
        group by customer_id
        order by customer_id
        """
    ).df()


@pytest.fixture(scope="module")
def reference(reference_data):
    return reference_summary(reference_data, "sample_id", "1997-09-30")


def test_bg_nbd_on_the_purchases_of_cdnow_is_as_published(reference):
    model = BetaGeoModel().fit(reference)
    assert model.status_ == "ok"
    assert model.parameters_ == pytest.approx((0.2426, 4.4136, 0.7929, 2.4259), rel=1e-3)
    assert model.standard_errors_ == pytest.approx((0.0126, 0.3782, 0.1857, 0.7053), rel=5e-3)
    assert model.log_likelihood_ == pytest.approx(-9582.43, abs=0.005)
    weeks = np.array([0.1429, 1, 3, 31.86, 32, 78])
    orders = expected_orders_of_new_customer(model.parameters_, 7 * weeks)
    published = [0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.858]
    np.testing.assert_allclose(orders, published, rtol=0, atol=1e-4)
    customer = summary_of(2, 30.43, 38.86)
    assert expected_orders(model.parameters_, customer, 7 * 39) == pytest.approx(1.226, abs=5e-4)


def test_gamma_gamma_on_the_purchases_of_cdnow_is_as_published(reference):
    model = GammaGammaModel().fit(reference)
    assert model.status_ == "ok"
    assert model.repeat_customers_ == 946
    assert model.parameters_ == pytest.approx((6.2496, 3.7442, 15.4435), rel=1e-3)
    spend = expected_order_value(model.parameters_, reference)[:6]
    np.testing.assert_allclose(spend, [24.66, 18.91, 35.17, 35.17, 35.17, 71.46], rtol=1e-3)


def test_the_whole_of_cdnow_without_a_cap_is_as_measured_elsewhere(reference_data):
    summary = reference_summary(reference_data, "customer_id", "1997-09-30")
    model = BetaGeoModel(cap_repeats=False).fit(summary)
    assert model.parameters_ == pytest.approx((0.2516, 4.7889, 0.7234, 2.1611), rel=1e-3)
    assert model.log_likelihood_ == pytest.approx(-95368.44, abs=0.005)
    spend = GammaGammaModel().fit(summary)
    assert spend.parameters_ == pytest.approx((6.2754, 3.6244, 14.9837), rel=1e-3)
    assert spend.repeat_customers_ == 9450


# ---- predictions: against lifetimes where it is finite (where it is not: test_exact_oracle.py)


@pytest.fixture(scope="module")
def grid():
    x, share, T = (
        axis.ravel() for axis in np.meshgrid([0, 1, 2, 7, 30], [0.1, 0.6, 1], [9, 38.86])
    )
    return summary_of(x, np.where(x > 0, share * T, 0), T, np.where(x > 0, 20 + x + T, 0))


@pytest.mark.parametrize("parameters", [CDNOW_ORDERS, BetaGeoParameters(1.3, 9, 1.8, 4)])
@pytest.mark.parametrize("weeks", [1, 26, 52])
def test_orders_and_p_alive_equal_lifetimes(parameters, weeks, grid):
    stock = stock_bg_nbd(parameters)
    x, t_x, T = symbols(grid)
    alive = stock.conditional_probability_alive(x, t_x, T)
    orders = stock.conditional_expected_number_of_purchases_up_to_time(weeks, x, t_x, T)
    assert np.isfinite(orders).all()
    np.testing.assert_allclose(probability_alive(parameters, grid), alive, rtol=1e-8)
    np.testing.assert_allclose(expected_orders(parameters, grid, 7 * weeks), orders, rtol=1e-8)
    new = stock.expected_number_of_purchases_up_to_time(weeks)
    assert expected_orders_of_new_customer(parameters, 7 * weeks) == pytest.approx(new, rel=1e-8)


def test_expected_spend_equals_lifetimes(grid):
    stock = stock_gamma_gamma(CDNOW_SPEND).conditional_expected_average_profit(
        grid["repeat_order_days"], grid["mean_repeat_spend"]
    )
    np.testing.assert_allclose(expected_order_value(CDNOW_SPEND, grid), stock, rtol=1e-8)


def test_predictions_come_true_for_customers_who_behave_as_assumed():
    parameters = BetaGeoParameters(0.6, 6, 0.8, 2.5)
    customers = simulate(60_000, parameters, weeks=(20, 60), ahead=26, seed=5)
    predictions = pd.DataFrame(
        {
            "orders": expected_orders(parameters, customers, 7 * 26),
            "buys": purchase_probability(parameters, customers, 7 * 26),
            "alive": probability_alive(parameters, customers),
        }
    )
    actual = pd.DataFrame(
        {
            "orders": customers["later"],
            "buys": customers["later"] > 0,
            "alive": customers["alive"],
        }
    ).astype(float)
    bucket = customers["repeat_order_days"].clip(upper=6)
    error = (predictions - actual).groupby(bucket)
    # the standard error of a bucket's mean is the spread of its members' misses
    surprise = (error.mean() / (error.std() / np.sqrt(error.count()))).stack().dropna()
    assert len(surprise) == 7 * 3 - 1
    assert surprise.abs().max() < 3.5
    assert error["alive"].mean()[0] == 0


def test_new_customers_order_as_often_as_expected():
    parameters = BetaGeoParameters(0.6, 6, 0.8, 2.5)
    x = simulate(40_000, parameters, weeks=(52, 52), seed=6)["repeat_order_days"]
    expected = expected_orders_of_new_customer(parameters, 7 * 52)
    assert x.mean() == pytest.approx(expected, abs=3 * x.std() / np.sqrt(len(x)))


def test_orders_grow_with_the_horizon_and_stay_above_the_chance_to_buy(grid):
    orders = [expected_orders(CDNOW_ORDERS, grid, days) for days in (0, 1, 30, 365)]
    chances = [purchase_probability(CDNOW_ORDERS, grid, days) for days in (0, 1, 30, 365)]
    assert (orders[0] == 0).all() and (chances[0] == 0).all()
    assert (np.diff(orders, axis=0) > 0).all() and (np.diff(chances, axis=0) > 0).all()
    assert (np.array(orders) >= chances).all()
    assert (np.array(chances) <= probability_alive(CDNOW_ORDERS, grid)).all()


def test_orders_stay_below_those_of_somebody_who_never_leaves():
    # so short a time against so long an age leaves the series eight digits
    parameters = BetaGeoParameters(0.0185, 2.12, 0.0873, 598)
    orders = expected_orders(parameters, summary_of(0, 0, np.arange(300, 600)), 1)
    never_leaves = parameters.r / 7 / (parameters.alpha + np.arange(300, 600))
    assert (orders <= never_leaves).all()
    np.testing.assert_allclose(orders, never_leaves, rtol=1e-6)


def test_whoever_bought_once_counts_as_alive_but_need_not_buy():
    customer = summary_of(0, 0, 500)
    assert probability_alive(CDNOW_ORDERS, customer) == 1
    assert purchase_probability(CDNOW_ORDERS, customer, 182) < 0.02


def test_one_time_buyers_are_expected_to_spend_the_population_mean():
    p, q, v = CDNOW_SPEND
    customers = summary_of([0, 0, 3, 3, 3], [0, 0, 9, 9, 9], 20, [np.nan, 500, np.nan, 0, -80])
    spend = expected_order_value(CDNOW_SPEND, customers)
    np.testing.assert_allclose(spend[:3], p * v / (q - 1))
    assert spend[3] == spend[4] == pytest.approx((q - 1) / (3 * p + q - 1) * p * v / (q - 1))


def test_undiscounted_value_is_orders_times_spend(grid):
    spend = expected_order_value(CDNOW_SPEND, grid)
    days = (datetime.date(2024, 7, 31) - AS_OF_DATE).days
    value = discounted_clv(CDNOW_ORDERS, grid, spend, 6, 0, AS_OF_DATE)
    np.testing.assert_allclose(value, expected_orders(CDNOW_ORDERS, grid, days) * spend, rtol=1e-12)


def test_value_is_discounted_at_the_end_of_each_calendar_month(grid):
    stock = stock_bg_nbd(CDNOW_ORDERS)
    x, t_x, T = symbols(grid)
    ends = [29, 60, 90]  # 31 January to the last of February, March and April 2024
    before, value = 0, 0
    for month, days in enumerate(ends, start=1):
        orders = stock.conditional_expected_number_of_purchases_up_to_time(days / 7, x, t_x, T)
        value = value + (orders - before) * 20 / 1.1 ** (month / 12)
        before = orders
    actual = discounted_clv(CDNOW_ORDERS, grid, 20, 3, 0.1, AS_OF_DATE)
    np.testing.assert_allclose(actual, value, rtol=1e-8)


def test_unusable_histories_get_no_prediction():
    x, t_x, T = np.array(
        [
            (2, 9, 20),
            (np.nan, 9, 20),
            (2, np.nan, 20),
            (2, 9, np.nan),
            (2, 21, 20),
            (0, 9, 20),
            (2, 0, 20),
            (-1, 9, 20),
            (1.5, 9, 20),
            (2, -1, 20),
            (2, 9, np.inf),
        ]
    ).T
    customers = summary_of(x, t_x, T, 10)
    for prediction in (
        expected_orders(CDNOW_ORDERS, customers, 182),
        probability_alive(CDNOW_ORDERS, customers),
        purchase_probability(CDNOW_ORDERS, customers, 182),
        discounted_clv(CDNOW_ORDERS, customers, 10, 6, 0.1, AS_OF_DATE),
    ):
        assert np.isfinite(prediction).tolist() == [True] + [False] * 10


@pytest.mark.parametrize("days", [-1, np.nan, np.inf])
def test_an_impossible_horizon_is_refused(days, grid):
    for predict in (expected_orders, purchase_probability):
        with pytest.raises(ValueError, match="horizon_days must be a number of at least 0"):
            predict(CDNOW_ORDERS, grid, days)


def test_impossible_months_and_rates_are_refused(grid):
    with pytest.raises(ValueError, match="months must be a whole number of at least 1, not 0"):
        discounted_clv(CDNOW_ORDERS, grid, 20, 0, 0.1, AS_OF_DATE)
    with pytest.raises(ValueError, match="annual_discount_rate must not be negative"):
        discounted_clv(CDNOW_ORDERS, grid, 20, 6, -0.1, AS_OF_DATE)


# ---- fits


def test_bg_nbd_likelihood_and_covariance_equal_lifetimes(cdnow, cdnow_orders):
    x, t_x, T = symbols(cdnow)
    stock = BetaGeoFitter().fit(x, t_x, T)
    assert cdnow_orders.parameters_ == pytest.approx(tuple(stock.params_), rel=1e-5)
    np.testing.assert_allclose(cdnow_orders.covariance_, stock_covariance(stock), rtol=1e-3)
    assert cdnow_orders.standard_errors_ == pytest.approx(tuple(stock.standard_errors_), rel=1e-3)
    full = -stock._negative_log_likelihood_ * len(cdnow) + x.sum() * np.log(stock._scale)
    assert cdnow_orders.log_likelihood_ == pytest.approx(full, abs=1e-6)


def test_gamma_gamma_likelihood_and_covariance_equal_lifetimes(cdnow, cdnow_spend):
    repeaters = cdnow[cdnow["repeat_order_days"] > 0]
    stock = GammaGammaFitter().fit(repeaters["repeat_order_days"], repeaters["mean_repeat_spend"])
    assert cdnow_spend.parameters_ == pytest.approx(tuple(stock.params_), rel=1e-5)
    np.testing.assert_allclose(cdnow_spend.covariance_, stock_covariance(stock), rtol=1e-3)
    full = -stock._negative_log_likelihood_ * len(repeaters)
    assert cdnow_spend.log_likelihood_ == pytest.approx(full, abs=1e-6)


def test_known_parameters_are_recovered():
    orders, spend = BetaGeoParameters(0.5, 8, 0.6, 2.5), GammaGammaParameters(4, 3, 40)
    customers = simulate(8000, orders, spend, seed=3)
    for model, truth in ((BetaGeoModel(), orders), (GammaGammaModel(), spend)):
        model.fit(customers)
        assert model.status_ == "ok"
        miss = (np.array(model.parameters_) - truth) / model.standard_errors_
        assert np.abs(miss).max() < 3
        assert (np.array(model.standard_errors_) < 0.3 * np.array(truth)).all()


def test_the_order_of_the_rows_changes_nothing(shop, shop_orders):
    shuffled = shop.sample(frac=1, random_state=1)
    for first in (shop_orders, GammaGammaModel().fit(shop)):
        second = type(first)().fit(shuffled)
        assert first.parameters_ == second.parameters_
        assert first.log_likelihood_ == second.log_likelihood_


def test_money_may_be_counted_in_any_currency(shop):
    pounds = GammaGammaModel().fit(shop)
    lire = GammaGammaModel().fit(shop.assign(mean_repeat_spend=1e9 * shop["mean_repeat_spend"]))
    p, q, v = pounds.parameters_
    assert lire.parameters_ == pytest.approx((p, q, 1e9 * v), rel=1e-5)
    assert lire.status_ == pounds.status_ == "ok"


def with_one_extreme_customer(shop, x=5000):
    extreme = summary_of(x, 80, 80, 30).assign(customer_id="extreme")
    return pd.concat([shop, extreme], ignore_index=True)


def test_one_extreme_customer_does_not_move_the_rest(shop, shop_orders):
    r = shop_orders.parameters_.r
    for x in (1000, 5000):
        capped = BetaGeoModel().fit(with_one_extreme_customer(shop, x))
        assert capped.parameters_.r == pytest.approx(r, rel=0.02)
        assert (capped.status_, failed_gates(capped)) == ("warn", ["capped_repeats"])
    uncapped = BetaGeoModel(cap_repeats=False).fit(with_one_extreme_customer(shop, 1000))
    assert uncapped.parameters_.r < 0.85 * r


def test_the_cap_is_the_larger_of_two_limits():
    few = np.r_[np.zeros(900), np.full(80, 1), np.full(19, 4), 1000]
    assert btyd_models._cap(few) == 5 * 4
    rare = np.r_[np.zeros(9990), np.full(8, 3), 7, 1000]
    assert btyd_models._cap(rare) == 5
    heavy = np.r_[np.zeros(98_900), np.full(1000, 2), np.full(100, 60)]
    assert btyd_models._cap(heavy) == 10
    assert btyd_models._cap(np.r_[heavy, 60]) == 60
    assert btyd_models._cap(np.r_[np.full(200, 3), 5000]) == 5 * 3


def test_the_extreme_customer_is_scored_by_what_was_really_bought(shop):
    table = with_one_extreme_customer(shop)
    model = BetaGeoModel().fit(table)
    assert expected_orders(model.parameters_, table, 182)[-1] > 1000
    assert model.status_ == "warn"


def test_a_bad_start_is_followed_by_others(shop, shop_orders):
    bad = BetaGeoModel(starting_parameters=(1e-9, 1e9, 1e9, 1e-9)).fit(shop)
    assert bad.status_ == "ok"
    assert bad.parameters_ == pytest.approx(shop_orders.parameters_, rel=1e-4)


@pytest.mark.parametrize(
    ("model", "start"), [(BetaGeoModel, (0.5, 8, 0.6, 2.5)), (GammaGammaModel, (6.2, 3.7, 15))]
)
def test_a_given_start_comes_first(model, start, shop, monkeypatch, newton_alone):
    starts = []
    monkeypatch.setattr(model, "_climb", lambda self, data, start, *prior: starts.append(start))
    assert model(starting_parameters=start).fit(shop).status_ == "fallback"
    assert starts[0] == start
    *climbs, prior_centre = starts
    assert len(set(climbs)) == len(climbs) > 2
    assert prior_centre in climbs


def test_parameters_out_of_this_world_count_as_no_fit(shop, monkeypatch, newton_alone):
    monkeypatch.setattr(BetaGeoModel, "_climb", lambda *_: BetaGeoParameters(0.0, np.inf, 1, 1))
    assert failed_gates(BetaGeoModel().fit(shop)) == ["converged"]


def test_one_reason_to_fall_back_outweighs_warnings():
    warn, fallback = (
        btyd_gates.Gate("any", 0, False, status, f"{status}!") for status in ("warn", "fallback")
    )
    for gates in ((warn, fallback), (fallback, warn)):
        assert btyd_gates.verdict(gates)[0] == "fallback"
    assert btyd_gates.verdict((warn, warn)) == ("warn", "warn! warn!")


def test_a_fit_that_fails_a_gate_is_followed_by_others(shop, shop_orders, monkeypatch):
    far, near = (BetaGeoParameters(r, 8, 0.6, 2.5) for r in (2, 0.5))
    top = shop_orders.parameters_

    def fit(*found):
        climbs = iter(found)
        monkeypatch.setattr(BetaGeoModel, "_climb", lambda *_: next(climbs))
        return BetaGeoModel().fit(shop)

    assert fit(far, near, top).parameters_ == top
    assert fit(far, near, far).gates_ == fit(near, near, near).gates_ != fit(far, far, far).gates_


@pytest.mark.parametrize(
    ("model", "stock"), [(BetaGeoModel, BetaGeoFitter), (GammaGammaModel, GammaGammaFitter)]
)
@pytest.mark.parametrize("error", [ConvergenceError("no"), np.linalg.LinAlgError("singular")])
def test_an_optimiser_that_fails_is_asked_again_and_then_given_up(
    shop, monkeypatch, model, stock, error
):
    climb, starts = btyd_ladder.climb_likelihood, []

    def fail_the_first_time(likelihood, start, prior=None):
        starts.append(start)
        if len(starts) == 1:
            raise ArithmeticError
        return climb(likelihood, start, prior)

    def fail_always(*_, **__):
        raise error

    def give_out(*_):
        raise np.linalg.LinAlgError("singular")

    monkeypatch.setattr(btyd_ladder, "climb_likelihood", fail_the_first_time)
    again = model().fit(shop)
    assert (again.status_, again.rung_) == ("ok", "newton")
    assert len(starts) == 2
    assert not np.allclose(*starts)
    monkeypatch.setattr(btyd_ladder, "climb_likelihood", give_out)
    monkeypatch.setattr(stock, "fit", fail_always)
    failed = model().fit(shop)
    assert (failed.status_, failed.rung_) == ("fallback", "none")
    assert failed.status_reason_ == "The optimiser did not converge from any of its starts."
    assert failed.parameters_ is failed.standard_errors_ is failed.covariance_ is None


def test_lifetimes_runs_on_one_thread(shop, monkeypatch):
    stock_fit, threads = GammaGammaFitter.fit, set()

    def spy(*arguments, **options):
        threads.update(pool["num_threads"] for pool in threadpoolctl.threadpool_info())
        return stock_fit(*arguments, **options)

    monkeypatch.setattr(GammaGammaFitter, "fit", spy)
    monkeypatch.setattr(GammaGammaModel, "_climb", lambda *_: None)
    with threadpoolctl.threadpool_limits(limits=2):
        assert GammaGammaModel().fit(shop).rung_ == "lifetimes"
    assert threads == {1}


def test_lifetimes_stays_silent(shop, same_spend, capfd, monkeypatch):
    stock_fit = BetaGeoFitter.fit

    def fit_with_a_warning(*arguments, **options):
        warnings.warn("noise", stacklevel=1)
        return stock_fit(*arguments, **options)

    # where it does not converge, lifetimes prints what the optimiser said
    monkeypatch.setattr(BetaGeoFitter, "fit", fit_with_a_warning)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert GammaGammaModel().fit(same_spend).status_ == "fallback"
        assert BetaGeoModel().fit(shop).status_ == "ok"
    assert [str(warning.message) for warning in caught] == []
    assert capfd.readouterr() == ("", "")


# ---- gates


def test_ninety_nine_repeat_customers_are_too_few(shop):
    repeaters = shop[shop["repeat_order_days"] > 0]
    for model in (BetaGeoModel(), GammaGammaModel()):
        model.fit(repeaters.head(99))
        assert (model.status_, failed_gates(model)) == ("fallback", ["repeat_customers"])
        assert model.status_reason_ == (
            "The fit needs at least 100 customers who came back; there are 99."
        )
        assert "repeat_customers" not in failed_gates(model.fit(repeaters.head(100)))


def test_a_point_that_is_not_the_maximum_is_rejected(shop, monkeypatch, newton_alone):
    monkeypatch.setattr(BetaGeoModel, "_climb", lambda *_: BetaGeoParameters(0.5, 8, 0.6, 2.5))
    monkeypatch.setattr(GammaGammaModel, "_climb", lambda *_: CDNOW_SPEND)
    for model in (BetaGeoModel().fit(shop), GammaGammaModel().fit(shop)):
        assert (model.status_, failed_gates(model)) == ("fallback", ["gradient"])


@pytest.mark.parametrize(
    ("curvatures", "status"),
    [((1, 1, 1, -1), "fallback"), ((1, 1, 1, 1e-9), "fallback"), ((1, 1, 1, 0.1), "ok")],
)
def test_a_likelihood_without_a_peak_is_rejected(
    curvatures, status, shop, shop_orders, monkeypatch, newton_alone
):
    class Curved:
        size = len(shop)

        def __call__(self, point):
            return Curve(0.0, np.zeros(4), -self.size * np.diag(curvatures).astype(float))

    def climb(self, data, start, prior=None):
        return None if prior else shop_orders.parameters_

    monkeypatch.setattr(BetaGeoModel, "_climb", climb)
    monkeypatch.setattr(BetaGeoModel, "_likelihood", lambda *_: Curved())
    model = BetaGeoModel().fit(shop)
    assert model.status_ == status
    assert failed_gates(model) == ([] if status == "ok" else ["hessian"])


def test_in_a_shop_that_nobody_leaves_a_prior_says_how_few_do():
    customers = simulate(800, BetaGeoParameters(0.5, 8, 1e-9, 1))
    model = BetaGeoModel().fit(customers)
    assert (model.status_, model.rung_) == ("warn", "map")
    assert "rung" in failed_gates(model)
    assert "A weak prior decides what the customers leave open." in model.status_reason_
    assert model.parameters_.a / (model.parameters_.a + model.parameters_.b) < 0.03
    assert model.parameters_[:2] == pytest.approx((0.5, 8), rel=0.15)
    expected = expected_orders(model.parameters_, customers, 7 * 26)
    never_leaves = (
        26 * (0.5 + customers["repeat_order_days"]) / (8 + customers["customer_age_days"] / 7)
    )
    assert expected.sum() == pytest.approx(never_leaves.sum(), rel=0.05)


@pytest.mark.parametrize(
    ("parameters", "inside"),
    [
        (BetaGeoParameters(0.5, 8, 0.6, 2.5), True),
        (BetaGeoParameters(0.009, 8, 0.6, 2.5), False),
        (BetaGeoParameters(20.1, 8, 0.6, 2.5), False),
        (BetaGeoParameters(0.5, 801, 0.6, 2.5), False),
        (BetaGeoParameters(0.5, 799, 0.6, 2.5), True),
        (BetaGeoParameters(0.5, 8, 0.009, 2.5), False),
        (BetaGeoParameters(0.5, 8, 51, 2.5), False),
    ],
)
def test_parameters_have_a_plausible_range(parameters, inside, shop, monkeypatch, newton_alone):
    monkeypatch.setattr(BetaGeoModel, "_climb", lambda *_: parameters)
    model = BetaGeoModel().fit(shop.assign(customer_age_days=7 * 80))
    assert ("parameter_range" not in failed_gates(model)) == inside


@pytest.mark.parametrize(
    ("ratio", "status"),
    [(1.04, "ok"), (0.96, "ok"), (1.06, "warn"), (0.94, "warn"), (1.3, "fallback")],
)
def test_the_fit_must_give_back_the_repeats_it_was_fitted_to(
    ratio, status, shop, shop_orders, monkeypatch
):
    monkeypatch.setattr(BetaGeoModel, "_climb", lambda *_: shop_orders.parameters_)
    monkeypatch.setattr(btyd_models, "_fitted_to_actual_repeats", lambda *_: ratio)
    model = BetaGeoModel().fit(shop)
    assert model.status_ == status
    assert np.isnan(model.fitted_to_actual_repeats_) == (status == "fallback")


def test_the_ratio_of_fitted_to_actual_repeats_is_of_this_shop(shop, shop_orders):
    stock = stock_bg_nbd(shop_orders.parameters_)
    expected = stock.expected_number_of_purchases_up_to_time(shop["customer_age_days"] / 7).sum()
    ratio = expected / shop["repeat_order_days"].sum()
    assert shop_orders.fitted_to_actual_repeats_ == pytest.approx(ratio, rel=1e-8)


def test_uncertain_parameters_are_a_warning():
    customers = simulate(300, BetaGeoParameters(0.5, 8, 0.3, 2.5), seed=2)
    model = BetaGeoModel().fit(customers)
    assert model.status_ == "warn"
    assert failed_gates(model) == ["standard_errors"]
    assert model.parameters_ is not None


def test_a_badly_conditioned_fit_is_a_warning():
    for smallest, passed in ((1.1e-4, True), (0.9e-4, False)):
        condition, _ = btyd_gates.identification_gates(np.array([smallest, 1]), np.eye(2) / 9)
        assert (condition.passed, condition.otherwise) == (passed, "warn")


def test_spend_without_a_finite_mean_has_no_parameters():
    customers = simulate(1500, spend=GammaGammaParameters(4, 0.8, 40))
    model = GammaGammaModel().fit(customers)
    assert (model.status_, failed_gates(model)) == ("fallback", ["q"])


def test_spend_that_goes_with_frequency_is_a_warning(shop):
    frequent = shop.assign(
        mean_repeat_spend=shop["mean_repeat_spend"] * (1 + shop["repeat_order_days"])
    )
    model = GammaGammaModel().fit(frequent)
    assert (model.status_, failed_gates(model)) == ("warn", ["spearman_x_m"])
    repeaters = frequent[frequent["repeat_order_days"] > 0]
    ranks = repeaters[["repeat_order_days", "mean_repeat_spend"]].rank()
    assert model.spearman_correlation_ == pytest.approx(np.corrcoef(ranks.T)[0, 1])


def test_the_spend_of_one_time_buyers_has_no_say_in_the_fit(shop):
    model = GammaGammaModel().fit(shop)
    noisy = GammaGammaModel().fit(shop.fillna({"mean_repeat_spend": 500.0}))
    assert noisy.parameters_ == model.parameters_
    assert noisy.repeat_customers_ == (shop["repeat_order_days"] > 0).sum()


def test_leaving_out_many_customers_is_a_warning(shop):
    broken = shop.copy()
    broken.loc[:50, "customer_age_days"] = np.nan
    broken.loc[shop["repeat_order_days"] > 8, "mean_repeat_spend"] = -3.0
    for model, reason in (
        (BetaGeoModel(), "51 of 1,500 customers took no part in the fit: their history is"),
        (GammaGammaModel(), "customers took no part in the fit: no positive mean spend"),
    ):
        model.fit(broken)
        assert (model.status_, failed_gates(model)) == ("warn", ["left_out"])
        assert reason in model.status_reason_


# ---- the table of fits


def test_the_table_of_fits_has_a_row_per_parameter(fitted, cdnow_orders, cdnow_spend):
    assert fitted["parameter"].tolist() == ["r", "alpha", "a", "b", "p", "q", "v"]
    assert fitted["model"].tolist() == ["bg_nbd"] * 4 + ["gamma_gamma"] * 3
    assert fitted["estimate"].tolist() == [*cdnow_orders.parameters_, *cdnow_spend.parameters_]
    assert fitted["standard_error"].tolist() == [
        *cdnow_orders.standard_errors_,
        *cdnow_spend.standard_errors_,
    ]
    assert fitted["correlation_x_m"].notna().tolist() == [False] * 4 + [True] * 3
    assert fitted["fitted_to_actual_repeats"].notna().tolist() == [True] * 4 + [False] * 3
    assert fitted["status_reason"].isna().all()


def test_a_challenger_is_in_the_table_under_its_name(cdnow, cdnow_orders, cdnow_spend):
    challenger = ModifiedBetaGeoModel().fit(cdnow)
    table = fitted_models_table(cdnow_orders, cdnow_spend, mbg_nbd=challenger)
    assert table["model"].tolist()[7:] == ["mbg_nbd"] * 4
    assert table["estimate"].tolist()[7:] == [*challenger.parameters_]
    assert table["minimum_repeat_customers"].unique().tolist() == [100]


def test_the_pooled_mean_weighs_by_days_and_skips_what_is_no_spend():
    customers = summary_of([3, 1, 4, 0], [5, 5, 5, 0], 9, [10, 30, -99, 7])
    assert pooled_order_value(customers) == 15
    assert np.isnan(pooled_order_value(customers.tail(2)))


# ---- shops that fit nothing


def back_on_the_last_day(shop):
    returned = shop["repeat_order_days"] > 0
    return shop.assign(age_at_last_order_days=shop["customer_age_days"].where(returned, 0))


# what comes in, and the status of BG/NBD and of Gamma-Gamma
NASTY = {
    "empty": (lambda shop: shop.head(0), "fallback", "fallback"),
    "empty, untyped": (lambda shop: pd.DataFrame(columns=shop.columns), "fallback", "fallback"),
    "one customer": (lambda shop: shop.head(1), "fallback", "fallback"),
    "ten customers": (lambda shop: shop.head(10), "fallback", "fallback"),
    "one-time buyers": (
        lambda shop: summary_of(np.zeros(500), 0, np.arange(500) / 7),
        "fallback",
        "fallback",
    ),
    "all orders on one day": (
        lambda shop: summary_of(np.zeros(200), 0, 0),
        "fallback",
        "fallback",
    ),
    "one customer with 5,000 orders": (
        lambda shop: summary_of(5000, 799, 800, 12.5),
        "fallback",
        "fallback",
    ),
    "one among others with 5,000 orders": (with_one_extreme_customer, "warn", "ok"),
    "everybody alike": (
        lambda shop: summary_of(np.full(200, 3), 15, 16, 20),
        "warn",
        "fallback",
    ),
    "everybody back on the last day": (
        lambda shop: back_on_the_last_day(shop.head(300)),
        "warn",
        "ok",
    ),
    "negative spend": (lambda shop: shop.assign(mean_repeat_spend=-5.0), "ok", "fallback"),
    "zero spend": (lambda shop: shop.assign(mean_repeat_spend=0.0), "ok", "fallback"),
    "missing spend": (lambda shop: shop.assign(mean_repeat_spend=np.nan), "ok", "fallback"),
    "infinite spend": (lambda shop: shop.assign(mean_repeat_spend=np.inf), "ok", "fallback"),
    "some spend negative": (
        lambda shop: shop.assign(
            mean_repeat_spend=shop["mean_repeat_spend"].where(shop.index % 7 > 0, -50)
        ),
        "ok",
        "warn",
    ),
    "everything missing": (
        lambda shop: shop.assign(**dict.fromkeys(shop.columns.drop("customer_id"), np.nan)),
        "fallback",
        "fallback",
    ),
    "missing integers": (
        lambda shop: shop.assign(
            repeat_order_days=shop["repeat_order_days"].astype("Int64").where(shop.index % 9 > 0)
        ),
        "warn",
        "warn",
    ),
}


@pytest.mark.parametrize("name", NASTY)
def test_whatever_comes_in_there_is_a_status_and_no_nonsense(name, shop, shop_orders):
    make, orders, spend = NASTY[name]
    summary = make(shop)
    same_orders = summary.drop(columns="mean_repeat_spend").equals(
        shop.drop(columns="mean_repeat_spend")
    )
    bg_nbd = shop_orders if same_orders else BetaGeoModel().fit(summary)
    gamma_gamma = GammaGammaModel().fit(summary)
    models = fitted_models_table(bg_nbd, gamma_gamma)
    assert models["status"].tolist() == [orders] * 4 + [spend] * 3
    fallback = models["status"] == "fallback"
    assert (models["status_reason"].isna() == (models["status"] == "ok")).all()
    for numbers in (models["estimate"], models["standard_error"]):
        assert (numbers.isna() == fallback).all()
        assert (numbers.dropna() > 0).all() and np.isfinite(numbers.dropna()).all()
    if orders != "fallback":
        usable = read_history(summary)["usable"]
        ahead, alive, buys = (
            predict(bg_nbd.parameters_, summary, *horizon)
            for predict, horizon in (
                (expected_orders, [182]),
                (probability_alive, []),
                (purchase_probability, [182]),
            )
        )
        for prediction in (ahead, alive, buys):
            assert (np.isfinite(prediction) == usable).all()
        assert (0 <= buys[usable]).all() and (buys[usable] <= alive[usable]).all()
        assert (buys[usable] <= ahead[usable]).all() and (alive[usable] <= 1).all()
    if spend != "fallback":
        value = expected_order_value(gamma_gamma.parameters_, summary)
        assert np.nanmin(value) >= 0 and np.nanmax(value) <= summary["mean_repeat_spend"].max()


# ---- what the caller got wrong


@pytest.mark.parametrize("fit", [BetaGeoModel().fit, GammaGammaModel().fit])
def test_a_missing_column_is_named(fit, shop):
    columns = "repeat_order_days"
    with pytest.raises(ValueError, match="the customer summary lacks the column repeat_order_days"):
        fit(shop.drop(columns=columns))


@pytest.mark.parametrize("fit", [BetaGeoModel().fit, GammaGammaModel().fit])
def test_text_in_a_column_is_refused(fit, shop):
    with pytest.raises(TypeError, match="repeat_order_days must hold numbers"):
        fit(shop.assign(repeat_order_days="2"))


def test_lifetimes_is_the_version_whose_formulas_were_checked():
    assert importlib.metadata.version("lifetimes") == "0.11.3"
