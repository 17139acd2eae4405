"""Pareto/NBD: the published fit, lifetimes, exact derivatives, and what really happens."""

import datetime
import warnings

import numpy as np
import pandas as pd
import pytest
from btyd_cases import check_derivatives, read_cdnow, summary_of
from btyd_oracles import symbols
from scipy.integrate import quad

from clientele.btyd_fitters import LogPrior
from clientele.btyd_lookup import more_orders_lookup, prediction_lookup
from clientele.lifetime_value import (
    GammaGammaModel,
    ParetoModel,
    ParetoParameters,
    expected_orders,
    expected_orders_of_new_customer,
    probability_alive,
    purchase_probability,
)
from clientele.pareto_nbd import NewtonParetoFitter, ParetoLikelihood, ParetoNBDFitter

# what another test left open may be found here
pytestmark = pytest.mark.filterwarnings("error", "ignore::pytest.PytestUnraisableExceptionWarning")
CDNOW = ParetoParameters(0.553, 10.578, 0.606, 11.669)


@pytest.fixture(scope="module")
def cdnow():
    return read_cdnow()


def simulate(customers, parameters, seed=1):
    """Customers who leave at any moment, with what they do in the 26 weeks ahead."""
    random = np.random.default_rng(seed)
    T = random.uniform(20, 60, customers)
    rate = random.gamma(parameters.r, 1 / parameters.alpha, customers)
    leaving = np.maximum(random.gamma(parameters.s, 1 / parameters.beta, customers), 1e-12)
    lifetime = random.exponential(1 / leaving)
    # moments of a Poisson process are even over the time they fall into
    x = random.poisson(rate * np.minimum(T, lifetime))
    t_x = np.minimum(T, lifetime) * random.beta(np.maximum(x, 1), 1)
    later = random.poisson(rate * np.clip(lifetime - T, 0, 26))
    summary = summary_of(x, np.where(x > 0, t_x, 0), T)
    return summary.assign(later=later, alive=lifetime > T)


def test_the_fit_of_cdnow_is_as_published(cdnow):
    model = ParetoModel().fit(cdnow)
    assert (model.status_, model.rung_) == ("ok", "newton")
    assert model.parameters_ == pytest.approx(CDNOW, rel=1e-3)
    assert model.log_likelihood_ == pytest.approx(-9595.0, abs=0.05)
    # the customer of the paper: x = 2, t_x = 30.43, T = 38.86; orders in the next 39 weeks
    customer = summary_of(2, 30.43, 38.86)
    stock = stock_of(model.parameters_)
    expected = stock.conditional_expected_number_of_purchases_up_to_time(39, 2, 30.43, 38.86)
    assert expected_orders(model.parameters_, customer, 7 * 39) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("parameters", [CDNOW, (2, 5, 3, 40), (0.1, 50, 0.05, 2), (6, 3, 0.5, 99)])
def test_likelihood_and_derivatives_are_exact(parameters, cdnow):
    x, t_x, T = symbols(cdnow)
    weight = np.arange(len(x)) % 3 + 1
    stock = ParetoNBDFitter._conditional_log_likelihood(np.array(parameters), x, t_x, T)
    check_derivatives(ParetoLikelihood((x, t_x, T, weight)), np.log(parameters), weight @ stock)


def test_a_frequent_customer_long_gone_has_an_exact_likelihood():
    # where the difference of hypergeometric functions loses its digits, the integral does not
    x, t_x, T = 400.0, 10.0, 300.0
    r, alpha, s, beta = CDNOW
    shape = r + x

    def integrand(tau):
        return s * ((alpha + t_x) / (alpha + tau)) ** shape * (beta + tau) ** -(s + 1)

    left = quad(integrand, t_x, t_x + 5, epsabs=0, epsrel=1e-12)[0]
    stays = ((alpha + t_x) / (alpha + T)) ** shape * (beta + T) ** -s
    history = tuple(np.array([value]) for value in (x, t_x, T, 1.0))
    gone = ParetoLikelihood(history)(np.log(CDNOW))
    late = ParetoLikelihood((history[0], history[1], history[1], history[3]))(np.log(CDNOW))
    assert gone.value - late.value == pytest.approx(
        np.log(left + stays) + s * np.log(beta + t_x), rel=1e-9
    )


def stock_of(parameters):
    stock = ParetoNBDFitter()
    stock.params_ = pd.Series(parameters._asdict())
    return stock


def test_predictions_equal_lifetimes(cdnow):
    x, t_x, T = symbols(cdnow)
    stock = stock_of(CDNOW)
    alive = stock.conditional_probability_alive(x, t_x, T)
    np.testing.assert_allclose(probability_alive(CDNOW, cdnow), alive, rtol=1e-8)
    for weeks in (1, 39):
        orders = stock.conditional_expected_number_of_purchases_up_to_time(weeks, x, t_x, T)
        np.testing.assert_allclose(expected_orders(CDNOW, cdnow, 7 * weeks), orders, rtol=1e-8)
        none = stock.conditional_probability_of_n_purchases_up_to_time(0, weeks, x, t_x, T)
        buys = purchase_probability(CDNOW, cdnow, 7 * weeks)
        np.testing.assert_allclose(1 - buys, none, rtol=1e-8)
        new = stock.expected_number_of_purchases_up_to_time(weeks)
        assert expected_orders_of_new_customer(CDNOW, 7 * weeks) == pytest.approx(new, rel=1e-8)


def test_predictions_come_true_and_the_parameters_come_back():
    truth = ParetoParameters(0.8, 7, 0.6, 20)
    customers = simulate(20_000, truth)
    model = ParetoModel().fit(customers)
    assert model.status_ == "ok"
    miss = (np.array(model.parameters_) - truth) / model.standard_errors_
    assert np.abs(miss).max() < 3
    for predicted, actual in (
        (expected_orders(truth, customers, 182), customers["later"]),
        (purchase_probability(truth, customers, 182), customers["later"] > 0),
        (probability_alive(truth, customers), customers["alive"]),
    ):
        error = (predicted - actual).groupby(customers["repeat_order_days"].clip(upper=5))
        assert (error.mean().abs() < 3.5 * error.std() / np.sqrt(error.count())).all()


def test_the_fitter_has_errors_and_takes_a_prior(cdnow):
    columns = symbols(cdnow)
    plain = NewtonParetoFitter().fit(*columns)
    model = ParetoModel().fit(cdnow)
    np.testing.assert_allclose(plain.standard_errors_, model.standard_errors_, rtol=1e-6)
    held = NewtonParetoFitter(log_prior=LogPrior((1, 9, 2, 30), 1e-4)).fit(*columns)
    np.testing.assert_allclose(held.params_, (1, 9, 2, 30), rtol=1e-3)


def test_tables_for_sql_work_for_it_and_the_spread_is_refused(cdnow):
    lookup = prediction_lookup(CDNOW, cdnow, datetime.date(1997, 9, 30), 0.1)
    assert np.isfinite(lookup).all(axis=None)
    assert (lookup["purchase_probability_if_alive_90d"] < 1).all()
    with pytest.raises(TypeError, match="no closed form under Pareto/NBD"):
        more_orders_lookup(CDNOW, cdnow, 182)


@pytest.mark.parametrize(
    ("summary", "status"),
    [
        (summary_of(np.zeros(500), 0, np.arange(500) / 7), "fallback"),
        (summary_of([0, 0, 2], [0, 0, 9], 40), "fallback"),
        (summary_of(5000, 799, 800), "fallback"),
        (summary_of(np.zeros(200), 0, 0), "fallback"),
    ],
)
def test_shops_that_fit_nothing_get_a_reason(summary, status):
    model = ParetoModel().fit(summary)
    assert (model.status_, model.parameters_) == (status, None)
    assert "at least 100 customers who came back" in model.status_reason_


def test_in_a_shop_that_nobody_leaves_a_prior_says_how_few_do():
    shop = simulate(1500, ParetoParameters(0.5, 8, 1e-6, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = ParetoModel().fit(shop)
    assert model.status_ in ("ok", "warn")
    expected = expected_orders(model.parameters_, shop, 182)
    assert expected.sum() == pytest.approx(shop["later"].sum(), rel=0.15)
    assert GammaGammaModel().fit(shop).status_ == "fallback"
