"""The closed forms against the published ones at fifty digits, where lifetimes is not exact too."""

import warnings

import mpmath
import numpy as np
import pytest
from btyd_cases import (
    CDNOW_ORDERS,
    CDNOW_SPEND,
    stock_bg_nbd,
    summary_of,
)
from btyd_oracles import order_count_probabilities, order_quantiles

from clientele.btyd_formulas import alive, buys_if_alive, more_orders_if_alive, orders_if_alive
from clientele.btyd_likelihoods import BetaGeoLikelihood, GammaGammaLikelihood
from clientele.lifetime_value import (
    BetaGeoParameters,
    GammaGammaParameters,
    expected_order_value,
    expected_orders,
)

# what another test left open may be found here
pytestmark = pytest.mark.filterwarnings("error", "ignore::pytest.PytestUnraisableExceptionWarning")
SMALL_A_AND_B = BetaGeoParameters(0.5, 8, 0.2, 0.3)
A_AND_B_BELOW_ONE = BetaGeoParameters(0.5, 8, 0.05, 0.9)
A_IS_ONE = BetaGeoParameters(0.5, 8, 1, 2.5)
FEW_LEAVE = BetaGeoParameters(0.0185, 2.12, 0.0873, 598)
MANY_LEAVE = BetaGeoParameters(1.3, 9, 4.8, 1.2)


@pytest.fixture(autouse=True)
def fifty_digits():
    with mpmath.workdps(50):
        yield


# ---- the published formulas, as they are written


def exact(parameters):
    """Take parameters as fractions; next to a pole of the published form, the limit is meant."""
    r, alpha, a, b = map(mpmath.mpf, parameters)
    beside = mpmath.mpf(10) ** -22
    a = a + beside if a == 1 else a
    return r, alpha, a, b + beside if a + b == 1 else b


def exact_alive(parameters, x, t_x, T):
    """Fader, Hardie and Lee, A Note on Deriving P(alive)."""
    r, alpha, a, b = map(mpmath.mpf, parameters)
    if x == 0:
        return mpmath.mpf(1)
    return 1 / (1 + a / (b + x - 1) * ((alpha + T) / (alpha + t_x)) ** (r + x))


def exact_orders_if_alive(parameters, x, T, weeks):
    """Equation (10) of the paper, without its denominator, which is 1 / P(alive)."""
    r, alpha, a, b = exact(parameters)
    T, weeks = mpmath.mpf(T), mpmath.mpf(weeks)
    z = weeks / (alpha + T + weeks)
    series = mpmath.hyp2f1(r + x, b + x, a + b + x - 1, z)
    return (a + b + x - 1) / (a - 1) * (1 - (1 - z) ** (r + x) * series)


def exact_more_orders_if_alive(parameters, x, T, weeks, orders):
    """Leave after none of so many orders; and of a negative binomial number, get more than that."""
    r, alpha, a, b = map(mpmath.mpf, parameters)
    z = weeks / (alpha + T + mpmath.mpf(weeks))
    stayed = mpmath.rf(b + x, orders) / mpmath.rf(a + b + x, orders)
    fewer = sum(mpmath.rf(r + x, k) / mpmath.factorial(k) * z**k for k in range(orders + 1))
    return stayed * (1 - (1 - z) ** (r + x) * fewer)


def exact_log_likelihood(parameters, histories, modified):
    """Equation (6) of the paper; of MBG/NBD with one chance to leave more."""
    r, alpha, a, b = map(mpmath.mpf, parameters)
    total = 0
    for x, t_x, T, customers in histories:
        y = x + modified
        stayed = mpmath.beta(a, b + y) / (alpha + T) ** (r + x)
        left = mpmath.beta(a + 1, b + y - 1) / (alpha + t_x) ** (r + x) if y else 0
        rate = mpmath.rf(r, x) * alpha**r
        total += customers * mpmath.log(rate * (stayed + left) / mpmath.beta(a, b))
    return total


def exact_spend_log_likelihood(parameters, spends):
    """Equation (1a) of the note."""
    p, q, v = map(mpmath.mpf, parameters)
    total = 0
    for x, m, customers in spends:
        x, m = mpmath.mpf(x), mpmath.mpf(m)
        density = v**q * m ** (p * x - 1) * x ** (p * x) / (x * m + v) ** (p * x + q)
        total += customers * mpmath.log(density / mpmath.beta(p * x, q))
    return total


def assert_exact(computed, expected, relative=1e-8):
    for ours, exactly in zip(np.ravel(computed), expected, strict=True):
        miss = abs(mpmath.mpf(float(ours)) / exactly - 1) if exactly else abs(ours)
        assert miss < relative, (float(ours), float(exactly), float(miss))


# ---- predictions


@pytest.mark.parametrize(
    ("T", "weeks"), [(300, 1 / 7), (38.86, 26), (1 / 7, 26), (1 / 7, 5200)], ids=str
)
@pytest.mark.parametrize(
    "parameters",
    [
        CDNOW_ORDERS,
        SMALL_A_AND_B,
        A_AND_B_BELOW_ONE,
        BetaGeoParameters(0.5, 8, 0.25, 0.75),
        A_IS_ONE,
        BetaGeoParameters(0.5, 8, 1 - 1e-4, 2.5),
        BetaGeoParameters(0.5, 8, 1 - 1e-7, 2.5),
        BetaGeoParameters(0.5, 8, 1 + 1e-12, 2.5),
        FEW_LEAVE,
        MANY_LEAVE,
        BetaGeoParameters(4.65, 0.0933, 0.643, 182.1),
        BetaGeoParameters(12, 0.56, 6.5, 823.5),
        BetaGeoParameters(0.49, 0.056, 0.0666, 696),
    ],
    ids=str,
)
def test_expected_orders_are_exact(parameters, weeks, T):
    # the exact series of thousands of orders ends late where T is short, and no customer has both
    x = np.array([0.0, 1, 2, 30, 5000 if T > 1 else 100])
    expected = [exact_orders_if_alive(parameters, count, T, weeks) for count in x.astype(int)]
    assert_exact(orders_if_alive(parameters, x, np.full(5, T), weeks), expected)


@pytest.mark.parametrize(
    ("parameters", "x", "T", "weeks"),
    [(CDNOW_ORDERS, 3, 9, 520), (A_AND_B_BELOW_ONE, 0, 30, 26), (A_IS_ONE, 3, 30, 26)],
    ids=str,
)
def test_the_published_orders_are_the_mean_over_who_may_leave(parameters, x, T, weeks):
    # the definition: lambda has a mean in closed form, p is integrated, u = p^a without its pole
    r, alpha, a, b = map(mpmath.mpf, parameters)

    def of_leaving(u):
        p = u ** (1 / a)
        orders = -mpmath.expm1(-(r + x) * mpmath.log1p(p * weeks / (alpha + T))) / p
        return orders * (1 - p) ** (b + x - 1) / (a * mpmath.beta(a, b + x))

    with mpmath.workdps(25):
        mean = mpmath.quad(of_leaving, [0, mpmath.mpf(1) / 2, 1])
    assert abs(exact_orders_if_alive(parameters, x, T, weeks) / mean - 1) < 1e-8


@pytest.mark.parametrize(
    ("parameters", "x", "t_x", "T", "weeks"),
    [
        (SMALL_A_AND_B, 0, 0, 38, 520),  # a + b < 1
        (BetaGeoParameters(0.5, 8, 0.25, 0.75), 0, 0, 30, 26),  # a + b = 1
        (A_IS_ONE, 3, 20, 30, 26),
        (BetaGeoParameters(0.5, 8, 1 + 1e-12, 2.5), 3, 20, 30, 26),
        (BetaGeoParameters(4.65, 0.0933, 0.643, 182.1), 0, 0, 1 / 7, 520),  # a long horizon
    ],
    ids=str,
)
def test_orders_are_exact_where_lifetimes_is_not(parameters, x, t_x, T, weeks):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        (stock,) = stock_bg_nbd(parameters).conditional_expected_number_of_purchases_up_to_time(
            weeks, np.array([x]), np.array([float(t_x)]), np.array([float(T)])
        )
    expected = exact_alive(parameters, x, t_x, T) * exact_orders_if_alive(parameters, x, T, weeks)
    assert not abs(stock / float(expected) - 1) < 1e-8
    assert_exact(expected_orders(parameters, summary_of(x, t_x, T), 7 * weeks), [expected])


@pytest.mark.parametrize(
    "parameters", [CDNOW_ORDERS, SMALL_A_AND_B, FEW_LEAVE, MANY_LEAVE], ids=str
)
def test_the_chances_to_be_alive_and_to_buy_are_exact(parameters):
    customers = [(0, 0, 38.86), (1, 0.5, 39), (2, 30.43, 38.86), (40, 3, 300), (5000, 299, 300)]
    x, t_x, T = np.array(customers, dtype=float).T
    assert_exact(
        alive(parameters, x, t_x, T),
        [exact_alive(parameters, int(n), *map(mpmath.mpf, times)) for n, *times in customers],
    )
    r, alpha = map(mpmath.mpf, parameters[:2])
    for weeks in (1 / 7, 26, 5200):
        expected = [1 - (1 + weeks / (alpha + age)) ** -(r + count) for count, _, age in customers]
        assert_exact(buys_if_alive(parameters, x, T, weeks), expected)


def test_a_frequent_customer_who_is_long_gone_has_a_chance_that_can_be_told_from_none():
    # the odds to have left are 10^250 to 1
    computed = alive(CDNOW_ORDERS, np.array([900.0]), np.array([100.0]), np.array([200.0]))
    expected = exact_alive(CDNOW_ORDERS, 900, 100, 200)
    assert 0 < expected < 1e-200
    assert_exact(computed, [expected])


@pytest.mark.parametrize(
    "parameters", [CDNOW_ORDERS, SMALL_A_AND_B, FEW_LEAVE, MANY_LEAVE], ids=str
)
@pytest.mark.parametrize(("x", "t_x", "T", "weeks"), [(0, 0, 30, 26), (7, 30, 38, 520)])
def test_the_distribution_of_the_orders_ahead_is_exact(parameters, x, t_x, T, weeks):
    orders = 25
    more = [exact_more_orders_if_alive(parameters, x, T, weeks, k) for k in range(orders + 1)]
    computed = more_orders_if_alive(parameters, float(x), float(T), weeks, np.arange(orders + 1))
    assert_exact(computed, more)
    chance = exact_alive(parameters, x, t_x, T)
    above = [mpmath.mpf(1), *(chance * value for value in more)]
    exactly = [float(above[k] - above[k + 1]) for k in range(orders + 1)]
    customer = summary_of(x, t_x, T)
    counts = order_count_probabilities(parameters, customer, 7 * weeks, orders)[0]
    # a difference of two chances has the digits of the chances
    np.testing.assert_allclose(counts, exactly, rtol=1e-8, atol=1e-13)
    levels = (0.1, 0.5, 0.9)
    quantiles = order_quantiles(parameters, customer, 7 * weeks, levels)[0]
    for level, quantile in zip(levels, quantiles, strict=True):
        if above[-1] <= 1 - level:
            assert quantile == next(k for k in range(orders + 1) if 1 - above[k + 1] >= level)


def test_the_expected_spend_is_exact():
    for parameters in (CDNOW_SPEND, GammaGammaParameters(900, 1.0501, 1e-3)):
        p, q, v = map(mpmath.mpf, parameters)
        customers = [(0, 0.0), (1, 0.01), (2, 22.35), (5000, 1e9)]
        x, m = np.array(customers).T
        expected = [p * (v + n * mpmath.mpf(mean)) / (p * n + q - 1) for n, mean in customers]
        computed = expected_order_value(parameters, summary_of(x, x, 2 * x + 1, m))
        assert_exact(computed, expected)


# ---- likelihoods


def assert_curve_is_exact(curve, log_likelihood, parameters):
    point = [mpmath.log(mpmath.mpf(value)) for value in parameters]

    def moved(*steps):
        return log_likelihood(
            [mpmath.exp(log + move) for log, move in zip(point, steps, strict=True)]
        )

    # differences over steps of 10^-12 at fifty digits
    step = mpmath.mpf(10) ** -12
    steps = step * mpmath.eye(len(point))
    several = range(len(point))
    here = moved(*(0 for _ in several))
    up, down = ([moved(*(sign * steps[k, :])) for k in several] for sign in (1, -1))
    gradient = [(up[k] - down[k]) / (2 * step) for k in several]
    hessian = {(k, k): (up[k] + down[k] - 2 * here) / step**2 for k in several}
    for k in several:
        for other in range(k):
            both = [moved(*(sign * (steps[k, :] + steps[other, :]))) for sign in (1, -1)]
            alone = up[k] + down[k] + up[other] + down[other]
            bend = (sum(both) + 2 * here - alone) / (2 * step**2)
            hessian[k, other] = hessian[other, k] = bend
    assert_exact(curve.value, [here])
    assert_exact(curve.gradient, gradient)
    assert_exact(curve.hessian, [hessian[k, other] for k in several for other in several])


@pytest.mark.parametrize("modified", [False, True])
@pytest.mark.parametrize(
    "parameters",
    [CDNOW_ORDERS, SMALL_A_AND_B, FEW_LEAVE, BetaGeoParameters(6, 2, 0.1, 40)],
    ids=str,
)
def test_the_likelihood_of_orders_and_its_derivatives_are_exact(parameters, modified):
    histories = [(0, 0.0, 0.5, 3), (0, 0.0, 300.0, 1), (2, 30.43, 38.86, 2), (90, 3.0, 300.0, 1)]
    likelihood = BetaGeoLikelihood(np.array(histories).T, leaves_before_first_repeat=modified)
    assert_curve_is_exact(
        likelihood(np.log(parameters)),
        lambda at: exact_log_likelihood(at, histories, modified),
        parameters,
    )


@pytest.mark.parametrize(
    "parameters",
    [CDNOW_SPEND, GammaGammaParameters(0.5, 1.1, 90), GammaGammaParameters(40, 1.2, 2)],
    ids=str,
)
def test_the_likelihood_of_spend_and_its_derivatives_are_exact(parameters):
    spends = [(1, 0.01, 2), (2, 22.35, 1), (3, 22.35, 4), (700, 1e6, 1)]
    assert_curve_is_exact(
        GammaGammaLikelihood(np.array(spends).T)(np.log(parameters)),
        lambda at: exact_spend_log_likelihood(at, spends),
        parameters,
    )
