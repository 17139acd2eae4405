"""
The formulas of BG/NBD and MBG/NBD on plain arrays, for `btyd_predictions` and `btyd_lookup`.

Those of Pareto/NBD are in `clientele.pareto_nbd`; the functions here pass its parameters on.

Times are in weeks. All take x, t_x and T of usable histories and broadcast; all are rearranged so
that they neither overflow nor cancel. "If alive" means: of a customer who has not left at T.

MBG/NBD is BG/NBD with one chance to leave more: what holds for b in one, holds for b + 1 in the
other; and one-time buyers may have left.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import betainc, betaln, expit, gammaln, hyp2f1

from clientele import pareto_nbd
from clientele.pareto_nbd import ParetoParameters

SOON = 0.2
MOST_TERMS = 500
EPS = 1e-17
BESIDE_ONE = 1e-5


class BetaGeoParameters(NamedTuple):
    """
    The four parameters of BG/NBD; time is in weeks.

    Attributes
    ----------
    r, alpha : float
        Shape and rate (weeks) of the gamma distribution of order rates across customers.
    a, b : float
        Parameters of the beta distribution of the probability to leave after a repeat order.
    """

    r: float
    alpha: float
    a: float
    b: float

    leaves_before_first_repeat = False


class ModifiedBetaGeoParameters(NamedTuple):
    """
    The four parameters of MBG/NBD; time is in weeks.

    Attributes
    ----------
    r, alpha : float
        Shape and rate (weeks) of the gamma distribution of order rates across customers.
    a, b : float
        Parameters of the beta distribution of the probability to leave after an order.
    """

    r: float
    alpha: float
    a: float
    b: float

    leaves_before_first_repeat = True


class GammaGammaParameters(NamedTuple):
    """
    The three parameters of Gamma-Gamma; v is in money.

    Attributes
    ----------
    p : float
        Shape of the gamma distribution of one customer's order values.
    q, v : float
        Shape and rate (money) of the gamma distribution of their rate across customers.
    """

    p: float
    q: float
    v: float


def alive(parameters, x, t_x, T):
    """Return P(alive | x, t_x, T)."""
    if isinstance(parameters, ParetoParameters):
        return pareto_nbd.alive(parameters, x, t_x, T)
    r, alpha, a, b = parameters
    chances = x + parameters.leaves_before_first_repeat
    silence = (r + x) * np.log((alpha + T) / (alpha + t_x))
    log_odds_left = silence + np.log(a / (b + np.maximum(chances, 1) - 1))
    return np.where(chances == 0, 1.0, expit(-log_odds_left))


def buys_if_alive(parameters, x, T, weeks):
    """Return the probability of an order in the next weeks, if alive."""
    if isinstance(parameters, ParetoParameters):
        return pareto_nbd.buys_if_alive(parameters, x, T, weeks)
    r, alpha, _, _ = parameters
    return _buys_if_alive(r, x, np.log1p(weeks / (alpha + T)))


def _buys_if_alive(r, x, later):
    """Return the same by `later`, the logarithm of 1 + weeks / (alpha + T)."""
    return -np.expm1(-(r + x) * later)


def orders_if_alive(parameters, x, T, weeks):
    """
    Return G(x, T, t) of `clientele.btyd_predictions.expected_orders`: the orders if alive.

    It lies between the orders of one who leaves after the next and the orders of one who never
    leaves; rounding errors are kept within these bounds.

    Notes
    -----
    Where z = t / (alpha + T + t) is small, the formula is a difference of nearly equal numbers.
    With the first term of the series taken out and divided by a - 1, which both parts have as a
    factor, it is

        G = (a + b + x - 1) (1 - (1 - z)^(a - 1)) / (a - 1) - (1 - z)^(a - 1) S
        S = sum over n >= 1 of (a + b - 1 - r)_n (a)_(n - 1) / ((a + b + x)_(n - 1) n!) z^n

    with rising factorials, and has no pole.
    """
    if isinstance(parameters, ParetoParameters):
        return pareto_nbd.orders_if_alive(parameters, x, T, weeks)
    r, alpha, a, b = parameters
    b += parameters.leaves_before_first_repeat
    x, ratio = np.broadcast_arrays(x, weeks / (alpha + T))
    later = np.log1p(ratio)
    orders = np.empty(later.shape)
    soon = later < SOON
    late = ~soon
    orders[soon] = _orders_if_alive_soon(r, a, b, x[soon], later[soon])
    if abs(a - 1) < BESIDE_ONE:
        # at 1 the formula is 0 / 0, next to it digits cancel: a straight line leads over the gap
        ends = (1 - BESIDE_ONE, 1 + BESIDE_ONE)
        below, above = (_orders_if_alive_late(r, end, b, x[late], later[late]) for end in ends)
        orders[late] = below + (above - below) * (a - ends[0]) / (2 * BESIDE_ONE)
    else:
        orders[late] = _orders_if_alive_late(r, a, b, x[late], later[late])
    return np.clip(orders, _buys_if_alive(r, x, later), (r + x) * ratio)


def _orders_if_alive_soon(r, a, b, x, later):
    """Return G by the sum S; `later` is -ln(1 - z), at most SOON."""
    z = -np.expm1(-later)
    slope = later if a == 1 else -np.expm1(-(a - 1) * later) / (a - 1)
    # the terms depend on x alone but for the power of z; those of few x are taken by every row
    distinct, row = _distinct(x)
    terms = [np.full(len(distinct), a + b - 1 - r)]
    size, farthest = np.abs(terms[0]) + 1, z.max(initial=0)
    while (
        len(terms) < MOST_TERMS and (np.abs(terms[-1]) * farthest ** len(terms) > EPS * size).any()
    ):
        n = len(terms)
        ratio = (a + b - 1 - r + n) * (a + n - 1) / ((a + b + distinct + n - 1) * (n + 1))
        terms.append(terms[-1] * ratio)
    total = np.zeros(len(x))
    for term in reversed(terms):
        total += term[row]
        total *= z
    return (a + b + x - 1) * slope - np.exp(-(a - 1) * later) * total


def _distinct(x):
    """Return the distinct values, and per row where its value is; quickly, if they are sorted."""
    if (x[1:] < x[:-1]).any():
        return np.unique(x, return_inverse=True)
    start = np.flatnonzero(np.r_[True, x[1:] != x[:-1]][: len(x)])
    return x[start], np.repeat(np.arange(len(start)), np.diff(start, append=len(x)))


def _orders_if_alive_late(r, a, b, x, later):
    """Return G by the hypergeometric function, or where that cannot be summed by integration."""
    with np.errstate(all="ignore"):
        series = hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, -np.expm1(-later))
        orders = (a + b + x - 1) / (a - 1) * (1 - np.exp(-(a - 1) * later) * series)
    for row in np.flatnonzero(~np.isfinite(orders)):
        orders[row] = _orders_if_alive_by_integration(r, a, b, x[row], later[row])
    return orders


def _orders_if_alive_by_integration(r, a, b, x, later):
    """
    Return G(x, T, t) as the mean over p of the orders of a customer who leaves with probability p.

    For the few places where the series cannot be summed (b in the hundreds and t thousands of
    times alpha + T; or x = 0 and a + b = 1). The mean is over the logit of p, at equal steps, which
    for such an integrand is exact to many digits; beyond both ends the orders no longer depend on
    p.
    """
    growth = np.expm1(later)
    step = 0.02
    logit = np.arange(-40 - np.log1p(growth * (r + x)), 40, step)
    p = expit(logit)
    orders = -np.expm1(-(r + x) * np.log1p(p * growth)) / p
    log_density = -a * np.logaddexp(0, -logit) - (b + x) * np.logaddexp(0, logit) - betaln(a, b + x)
    never_leaves = betainc(a, b + x, expit(logit[0] - step / 2))
    leaves_at_once = betainc(b + x, a, expit(-logit[-1] - step / 2))
    return (
        step * (orders @ np.exp(log_density))
        + never_leaves * orders[0]
        + leaves_at_once * orders[-1]
    )


def more_orders_if_alive(parameters, x, T, weeks, orders):
    """
    Return the probability of more than so many orders in the next weeks, if alive.

    Notes
    -----
    More than k orders come if k + 1 fall into the time and the customer leaves after none of the
    first k. Given x and T the rate lambda is gamma distributed with shape r + x and rate alpha + T,
    p is beta distributed with parameters a and b + x, and the two are independent, so

        P(Y(t) > k | alive) = B(a, b + x + k) / B(a, b + x)  I_z(k + 1, r + x)

    with z = t / (alpha + T + t) and I the regularised incomplete beta function, the tail of the
    negative binomial distribution. Both factors are between 0 and 1 and fall as k grows; their sum
    over k is G(x, T, t).
    """
    if isinstance(parameters, ParetoParameters):
        raise TypeError("the number of orders has no closed form under Pareto/NBD.")
    r, alpha, a, b = parameters
    b = b + parameters.leaves_before_first_repeat + x
    never_left = np.exp(gammaln(b + orders) - gammaln(b) + gammaln(a + b) - gammaln(a + b + orders))
    return never_left * betainc(orders + 1, r + x, weeks / (alpha + T + weeks))
