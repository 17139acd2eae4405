"""Shops and stand-ins that the tests of lifetime value share."""

import datetime
import importlib.resources

import numpy as np
import pandas as pd
import pytest

from clientele.btyd_fitters import BetaGeoFitter, GammaGammaFitter
from clientele.lifetime_value import BetaGeoParameters, GammaGammaParameters

AS_OF_DATE = datetime.date(2024, 1, 31)
CDNOW_ORDERS = BetaGeoParameters(0.2426, 4.4136, 0.7929, 2.4259)
CDNOW_SPEND = GammaGammaParameters(6.25, 3.74, 15.44)


def summary_of(x, t_x, T, m=np.nan):
    """Put symbols (times in weeks) into a summary."""
    x, t_x, T, m = np.broadcast_arrays(*(np.atleast_1d(value) for value in (x, t_x, T, m)))
    return pd.DataFrame(
        {
            "customer_id": [f"c{number:06d}" for number in range(len(x))],
            "repeat_order_days": x,
            "age_at_last_order_days": 7.0 * t_x,
            "customer_age_days": 7.0 * T,
            "mean_repeat_spend": m,
        }
    )


def simulate(customers, orders=CDNOW_ORDERS, spend=CDNOW_SPEND, weeks=(30, 80), ahead=0, seed=1):
    """Customers who do exactly what the models assume, with what they do in the weeks ahead."""
    random = np.random.default_rng(seed)
    T = random.uniform(*weeks, customers)
    rate = random.gamma(orders.r, 1 / orders.alpha, customers)
    leaving = random.beta(orders.a, orders.b, customers)
    moment, x, t_x, later = (np.zeros(customers) for _ in range(4))
    alive = np.full(customers, True)
    alive_at_end = alive.copy()
    going = alive.copy()
    while going.any():
        moment = moment + random.exponential(1 / rate)
        going &= moment <= T + ahead
        before_end = going & (moment <= T)
        x += before_end
        t_x = np.where(before_end, moment, t_x)
        later += going & (moment > T)
        leaves = going & (random.random(customers) < leaving)
        alive_at_end &= ~(leaves & (moment <= T))
        going &= ~leaves
    nu = random.gamma(spend.q, 1 / spend.v, customers)
    m = random.gamma(spend.p * np.maximum(x, 1)) / (nu * np.maximum(x, 1))
    summary = summary_of(x, t_x, T, np.where(x > 0, m, np.nan))
    return summary.assign(later=later, alive=alive_at_end)


def stock_bg_nbd(parameters):
    fitter = BetaGeoFitter()
    fitter.params_ = pd.Series(parameters._asdict())
    return fitter


def stock_gamma_gamma(parameters):
    fitter = GammaGammaFitter()
    fitter.params_ = pd.Series(parameters._asdict())
    return fitter


def stock_covariance(fitter):
    """lifetimes' own Hessian is right; only its product with the parameters is not."""
    values = fitter.params_.to_numpy()
    inverse = np.linalg.inv(fitter._hessian_) / fitter.data["weights"].sum()
    return np.outer(values, values) * inverse


def failed_gates(model):
    return [gate.name for gate in model.gates_ if not gate.passed]


def daily(summary):
    """Whole days, as the warehouse has them."""
    days = summary[["age_at_last_order_days", "customer_age_days"]].apply(np.ceil)
    return summary.assign(**days)


def read_cdnow():
    """Read CDNOW's 1/10 sample as lifetimes ships it."""
    file = importlib.resources.files("lifetimes") / "datasets"
    table = pd.read_csv(file / "cdnow_customers_summary_with_transactions.csv")
    return summary_of(table["x"], table["t_x"], table["T"], table["zbar"])


def check_derivatives(likelihood, point, value):
    curve = likelihood(point)
    assert curve.value == pytest.approx(value, rel=1e-10)
    steps = 1e-5 * np.eye(len(point))
    up, down = ([likelihood(point + sign * step) for step in steps] for sign in (1, -1))
    slopes = [(high.value - low.value) / 2e-5 for high, low in zip(up, down, strict=True)]
    bends = [(high.gradient - low.gradient) / 2e-5 for high, low in zip(up, down, strict=True)]
    np.testing.assert_allclose(curve.gradient, slopes, rtol=1e-5, atol=1e-3)
    np.testing.assert_allclose(curve.hessian, bends, rtol=1e-5, atol=1e-3)
