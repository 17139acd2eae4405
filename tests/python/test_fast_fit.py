"""The Newton fits: equal to lifetimes, exact in their derivatives, and what stands below them."""

import logging

import numpy as np
import pandas as pd
import pytest
from btyd_cases import (
    CDNOW_ORDERS,
    CDNOW_SPEND,
    daily,
    failed_gates,
    read_cdnow,
    simulate,
    stock_covariance,
    summary_of,
)
from btyd_oracles import symbols

from clientele.btyd_fitters import (
    BetaGeoFitter,
    ConvergenceError,
    GammaGammaFitter,
    LogPrior,
    ModifiedBetaGeoFitter,
    NewtonBetaGeoFitter,
    NewtonGammaGammaFitter,
    NewtonModifiedBetaGeoFitter,
)
from clientele.btyd_likelihoods import BetaGeoLikelihood
from clientele.btyd_newton import climb
from clientele.btyd_summary import (
    count_equal,
    distinct_histories,
    distinct_spends,
    rank_correlation,
)
from clientele.lifetime_value import (
    BetaGeoModel,
    BetaGeoParameters,
    GammaGammaModel,
    GammaGammaParameters,
    ModifiedBetaGeoModel,
    ModifiedBetaGeoParameters,
    expected_order_value,
    expected_orders,
    fitted_models_table,
)

# what another test left open may be found here
pytestmark = pytest.mark.filterwarnings("error", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def cdnow():
    return read_cdnow()


def symbols_of_spend(summary):
    repeaters = summary[summary["repeat_order_days"] > 0]
    return repeaters["repeat_order_days"].to_numpy(), repeaters["mean_repeat_spend"].to_numpy()


# ---- equal to lifetimes

PAIRS = [
    (BetaGeoFitter, NewtonBetaGeoFitter, symbols),
    (ModifiedBetaGeoFitter, NewtonModifiedBetaGeoFitter, symbols),
    (GammaGammaFitter, NewtonGammaGammaFitter, symbols_of_spend),
]


@pytest.mark.parametrize(("stock", "newton", "columns"), PAIRS)
def test_a_newton_fit_is_a_fit_of_lifetimes(stock, newton, columns, cdnow):
    theirs = stock().fit(*columns(cdnow), tol=1e-8)
    ours = newton().fit(*columns(cdnow))
    np.testing.assert_allclose(ours.params_, theirs.params_, rtol=1e-5)
    loss = ours._negative_log_likelihood_ - theirs._negative_log_likelihood_
    assert abs(loss) < 1e-8 * abs(theirs._negative_log_likelihood_)
    np.testing.assert_allclose(ours._hessian_, theirs._hessian_, rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(ours.variance_matrix_, stock_covariance(theirs), rtol=1e-4)
    np.testing.assert_allclose(ours.standard_errors_, theirs.standard_errors_, rtol=1e-4)
    assert ours.newton_.steepest < 1e-9


@pytest.mark.parametrize(("stock", "newton", "columns"), PAIRS)
def test_the_penalty_is_that_of_lifetimes(stock, newton, columns, cdnow):
    theirs = stock(penalizer_coef=0.001).fit(*columns(cdnow), tol=1e-8)
    ours = newton(penalizer_coef=0.001).fit(*columns(cdnow))
    np.testing.assert_allclose(ours.params_, theirs.params_, rtol=1e-5)


@pytest.mark.parametrize(("stock", "newton", "columns"), PAIRS)
def test_weights_and_order_do_not_matter_to_a_fitter(stock, newton, columns, cdnow):
    plain = newton().fit(*columns(cdnow))
    shuffled = columns(cdnow.sample(frac=1, random_state=3))
    twice = newton().fit(*shuffled, weights=np.full(len(shuffled[0]), 2))
    np.testing.assert_allclose(twice.params_, plain.params_, rtol=1e-9)
    np.testing.assert_allclose(2 * twice.variance_matrix_, plain.variance_matrix_, rtol=1e-7)


def test_a_fitter_that_finds_no_maximum_says_so_as_lifetimes_does():
    x, t_x, T = symbols(summary_of(np.zeros(500), 0, np.arange(1, 501) / 7))
    with pytest.raises(ConvergenceError):
        NewtonBetaGeoFitter().fit(x, t_x, T)


def test_options_of_the_optimiser_are_refused(cdnow):
    with pytest.raises(TypeError, match="neither bounds nor options"):
        NewtonBetaGeoFitter().fit(*symbols(cdnow), maxiter=3)


# ---- the climb


def test_a_climb_passes_a_saddle_and_stops_on_flat_ground():
    def saddle(point):
        x, y = point
        gradient = np.array([4 * x * (1 - x**2), -2 * y])
        return -((x**2 - 1) ** 2) - y**2, gradient, np.diag([4 - 12 * x**2, -2.0])

    end = climb(saddle, [0.01, 3.0])
    assert end.converged
    np.testing.assert_allclose(end.point, [1, 0], atol=1e-9)

    def endless(point):
        return point[0], np.ones(1), np.zeros((1, 1))

    assert not climb(endless, [0.0]).converged


# ---- rows counted


def test_counting_equal_rows_gives_what_pandas_does():
    random = np.random.default_rng(4)
    x = random.poisson(1, 3000).astype(float)
    t_x = random.integers(0, 20, 3000).astype(float)
    for columns in ((x, t_x, t_x + 1), (x, t_x / 7, t_x + 0.5), (x * 1e9, t_x * 1e6, t_x * 1e6)):
        expected = pd.DataFrame(dict(enumerate(columns))).groupby([0, 1, 2]).size()
        *distinct, counts = count_equal(columns)
        assert counts.tolist() == expected.tolist()
        assert (np.column_stack(distinct) == expected.index.to_frame().to_numpy()).all()
        *again, doubled = count_equal(columns, np.full(3000, 2.0))
        assert (np.column_stack(again) == np.column_stack(distinct)).all()
        assert (doubled == 2 * counts).all()


def test_the_rank_correlation_is_that_of_pandas():
    random = np.random.default_rng(6)
    x = random.poisson(2, 90_000).astype(np.uint16)
    m = np.round(np.sort(random.gamma(2, 20 + x)), 1)
    times = random.integers(1, 3, len(x)).astype(float)
    large = 1e6 * x
    for weight in (None, times):
        rows = np.repeat(np.arange(len(x)), 1 if weight is None else weight.astype(int))
        table = pd.DataFrame({"x": x[rows].astype(float), "m": m[rows]})
        expected = table.corr(method="spearman").loc["x", "m"]
        assert rank_correlation(x, m, weight) == pytest.approx(expected, rel=1e-10)
        assert rank_correlation(large, m, weight) == rank_correlation(x, m, weight)
    assert np.isnan(rank_correlation(np.ones(3), np.array([1.0, 2.0, 3.0])))


@pytest.mark.parametrize("model", [BetaGeoModel, ModifiedBetaGeoModel, GammaGammaModel])
def test_a_summary_grouped_by_sql_gives_the_same_fit(model):
    shop = daily(simulate(1500, BetaGeoParameters(0.5, 8, 0.6, 2.5)))
    keys = ["repeat_order_days", "age_at_last_order_days", "customer_age_days"]
    shop = shop.assign(mean_repeat_spend=shop["mean_repeat_spend"].round())
    shop.loc[:3, "customer_age_days"] = np.nan
    keys.append("mean_repeat_spend")
    grouped = shop.groupby(keys, dropna=False).size().rename("customers").reset_index()
    assert len(grouped) < len(shop)
    plain, counted = model().fit(shop), model().fit(grouped.sample(frac=1, random_state=1))
    assert counted.parameters_ == plain.parameters_
    assert counted.gates_ == plain.gates_
    assert (counted.customers_, counted.repeat_customers_) == (
        plain.customers_,
        plain.repeat_customers_,
    )
    if model is GammaGammaModel:
        assert counted.spearman_correlation_ == plain.spearman_correlation_


@pytest.mark.parametrize("customers", [0, -1, 1.5, np.nan])
def test_a_row_must_stand_for_whole_customers(customers, cdnow):
    for read in (distinct_histories, distinct_spends):
        with pytest.raises(ValueError, match="customers must hold whole numbers above 0"):
            read(cdnow.assign(customers=customers))


def test_the_likelihood_of_days_is_that_of_any_other_unit_of_time():
    """Days are looked up in a table and pairs of x and T counted; other times are not."""
    shop = daily(simulate(20_000, CDNOW_ORDERS))
    shop["repeat_order_days"] = shop["repeat_order_days"].clip(upper=3)
    histories, _ = distinct_histories(shop)
    odd = histories._replace(t_x=histories.t_x * np.pi, T=histories.T * np.pi)
    point = np.log(CDNOW_ORDERS)
    for leaves_before_first_repeat in (False, True):
        of_days = BetaGeoLikelihood(histories, leaves_before_first_repeat)
        assert len(of_days.ages[0]) < len(histories.x) / 2
        curve = of_days(point)
        other = BetaGeoLikelihood(odd, leaves_before_first_repeat)(point + [0, np.log(np.pi), 0, 0])
        # a density by a unit of time: pi ^ -x
        shift = np.log(np.pi) * (histories.weight @ histories.x)
        assert other.value + shift == pytest.approx(curve.value, rel=1e-12)
        np.testing.assert_allclose(other.gradient, curve.gradient, rtol=1e-9)
        np.testing.assert_allclose(other.hessian, curve.hessian, rtol=1e-9)


# ---- known parameters come back


@pytest.mark.parametrize(
    ("model", "truth"),
    [
        (BetaGeoModel, BetaGeoParameters(0.5, 8, 0.6, 2.5)),
        (GammaGammaModel, GammaGammaParameters(4, 3, 40)),
    ],
)
def test_twenty_thousand_customers_give_their_parameters_away(model, truth):
    customers = daily(simulate(20_000, BetaGeoParameters(0.5, 8, 0.6, 2.5), CDNOW_SPEND, seed=7))
    if model is GammaGammaModel:
        customers = simulate(20_000, spend=truth, seed=8)
    fitted = model().fit(customers)
    assert (fitted.status_, fitted.rung_) == ("ok", "newton")
    assert fitted.passes_ <= 12
    miss = (np.array(fitted.parameters_) - truth) / fitted.standard_errors_
    assert np.abs(miss).max() < 3


def test_customers_who_may_leave_at_once_give_their_parameters_away():
    truth = ModifiedBetaGeoParameters(0.8, 9, 0.7, 2.0)
    # whoever does not leave after the first order has shown as much
    customers = simulate(20_000, BetaGeoParameters(*truth._replace(b=truth.b + 1)), seed=9)
    left_at_once = np.random.default_rng(10).random(20_000) < truth.a / (truth.a + truth.b)
    customers.loc[left_at_once, ["repeat_order_days", "age_at_last_order_days"]] = 0
    fitted = ModifiedBetaGeoModel().fit(customers)
    assert fitted.status_ == "ok"
    miss = (np.array(fitted.parameters_) - truth) / fitted.standard_errors_
    assert np.abs(miss).max() < 3


def test_a_start_from_a_sample_ends_at_the_same_maximum():
    shop = simulate(80_000, BetaGeoParameters(0.5, 8, 0.6, 2.5), seed=12)
    for model, newton, columns in (
        (BetaGeoModel(cap_repeats=False), NewtonBetaGeoFitter, symbols),
        (GammaGammaModel(), NewtonGammaGammaFitter, symbols_of_spend),
    ):
        fitted = model.fit(shop)
        assert fitted.passes_ <= 5
        plain = newton().fit(*columns(shop))
        assert plain.newton_.passes > fitted.passes_
        np.testing.assert_allclose(fitted.parameters_, plain.params_, rtol=1e-8)
        np.testing.assert_allclose(fitted.standard_errors_, plain.standard_errors_, rtol=1e-6)


# ---- rungs


@pytest.fixture(scope="module")
def shop():
    return simulate(1500, BetaGeoParameters(0.5, 8, 0.6, 2.5))


@pytest.fixture(scope="module")
def few():
    """Ten customers, of whom some came back."""
    return summary_of([0, 0, 2, 1, 0, 0, 3, 0, 0, 1], [0, 0, 9, 4, 0, 0, 30, 0, 0, 2], 40, 25.0)


@pytest.mark.parametrize("model", [BetaGeoModel, GammaGammaModel])
def test_where_newton_ends_short_lifetimes_takes_over(model, shop, monkeypatch):
    expected = model().fit(shop)
    near = expected.parameters_type(*(1.1 * np.array(expected.parameters_)))
    monkeypatch.setattr(model, "_climb", lambda *_: near)
    fitted = model().fit(shop)
    assert (fitted.status_, fitted.rung_) == ("ok", "lifetimes")
    assert fitted.parameters_ == pytest.approx(expected.parameters_, rel=1e-4)


def test_a_prior_matters_less_the_more_customers_there_are():
    truth = BetaGeoParameters(0.5, 8, 0.6, 2.5)
    prior = LogPrior((2, 20, 0.2, 6), 0.5)
    pull = []
    for customers in (300, 20_000):
        x, t_x, T = symbols(simulate(customers, truth, seed=5))
        plain, pulled = (NewtonBetaGeoFitter(log_prior=p).fit(x, t_x, T) for p in (None, prior))
        pull.append(np.abs(np.log(pulled.params_ / plain.params_)).max())
    assert pull[1] < 0.1 < pull[0]


def test_a_prior_is_in_weeks_whatever_the_oldest_customer():
    prior = LogPrior((0.5, 8, 0.6, 2.5), 1e-4)
    x, t_x, T = symbols(simulate(300, BetaGeoParameters(1, 4, 1, 4)))
    held = NewtonBetaGeoFitter(log_prior=prior).fit(x, t_x, T)
    np.testing.assert_allclose(held.params_, prior.centre, rtol=1e-3)


def test_a_prior_of_spend_is_in_any_currency():
    # so few customers leave q open
    few = simulate(200, spend=GammaGammaParameters(6, 1.2, 15), seed=200)
    many = GammaGammaModel().fit(few.assign(mean_repeat_spend=100 * few["mean_repeat_spend"]))
    few = GammaGammaModel().fit(few)
    assert (few.status_, few.rung_) == (many.status_, many.rung_) == ("warn", "map")
    p, q, v = few.parameters_
    assert many.parameters_ == pytest.approx((p, q, 100 * v), rel=1e-9)


def test_the_last_good_parameters_stand_in_with_a_warning(few):
    model = BetaGeoModel(last_good_parameters=CDNOW_ORDERS).fit(few)
    assert (model.status_, model.rung_) == ("warn", "last_good")
    assert model.parameters_ == CDNOW_ORDERS
    assert model.standard_errors_ is None
    assert model.fitted_to_actual_repeats_ > 0
    assert model.status_reason_ == (
        "The fit needs at least 100 customers who came back; there are 4. "
        "The parameters are those of an earlier fit."
    )
    assert (
        BetaGeoModel(last_good_parameters=(9, 9, 9, 9))
        .fit(simulate(1500, BetaGeoParameters(0.5, 8, 0.6, 2.5)))
        .rung_
        == "newton"
    )


def test_a_guess_is_made_only_if_asked_for(few):
    assert (BetaGeoModel().fit(few).parameters_, GammaGammaModel().fit(few).rung_) == (None, "none")
    orders, spend = (model(heuristic=True).fit(few) for model in (BetaGeoModel, GammaGammaModel))
    for model in (orders, spend):
        assert (model.status_, model.rung_) == ("fallback", "heuristic")
        assert model.status_reason_.endswith("a guess: a typical shop of this pace.")
    pace = few["repeat_order_days"].sum() / few["customer_age_days"].sum()
    ahead = expected_orders(orders.parameters_, few, 182).mean() / 182
    assert pace / 3 < ahead < pace
    np.testing.assert_allclose(expected_order_value(spend.parameters_, few), 25, rtol=1e-9)


def test_there_is_no_guess_where_nobody_came_back():
    once = summary_of(np.zeros(500), 0, np.arange(1, 501) / 7)
    model = BetaGeoModel(heuristic=True).fit(once)
    assert (model.status_, model.rung_, model.parameters_) == ("fallback", "none", None)


def test_how_the_fit_went_is_in_the_table_and_in_the_log(shop, caplog):
    with caplog.at_level(logging.INFO, logger="clientele"):
        orders, spend = BetaGeoModel().fit(shop), GammaGammaModel().fit(shop)
    table = fitted_models_table(orders, spend)
    assert table["rung"].unique().tolist() == ["newton"]
    assert table["gradient"].max() < 1e-9
    assert table["condition"].between(1, 1e4).all()
    assert table["passes"].between(3, 20).all()
    assert "BetaGeoModel: rung newton, status ok, 1500 rows" in caplog.text
    again = fitted_models_table(BetaGeoModel().fit(shop), GammaGammaModel().fit(shop))
    pd.testing.assert_frame_equal(table, again)


def test_a_shop_that_few_leave_has_a_prior_and_a_warning(shop):
    returned = shop["repeat_order_days"] > 0
    nobody_away = shop.assign(age_at_last_order_days=shop["customer_age_days"].where(returned, 0))
    model = BetaGeoModel().fit(nobody_away)
    assert (model.status_, model.rung_) == ("warn", "map")
    assert "rung" in failed_gates(model)
    assert np.isfinite(model.standard_errors_).all()
    orders = expected_orders(model.parameters_, nobody_away, 182)
    assert np.isfinite(orders).all()
