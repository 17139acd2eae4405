"""
Log-likelihoods of the lifetime-value models, each with its gradient and Hessian in one pass.

A likelihood is made once from distinct rows and their weights, and called with the logarithms of
the parameters. What depends on x alone is computed once per distinct x, and gamma functions
depend on x alone: a pass over the rows is two logarithms and one exponential each.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import betaln, digamma, gammaln, polygamma


class Curve(NamedTuple):
    """
    A log-likelihood at one point.

    Attributes
    ----------
    value : float
        Sum over all customers.
    gradient : ndarray of shape (k,)
        First derivatives by the logarithms of the parameters.
    hessian : ndarray of shape (k, k)
        Second derivatives by the same.
    """

    value: float
    gradient: np.ndarray
    hessian: np.ndarray


class BetaGeoLikelihood:
    """
    BG/NBD and MBG/NBD.

    Parameters
    ----------
    histories : tuple of ndarray
        x, t_x, T (any unit of time) and weight, one row per distinct history.
    leaves_before_first_repeat : bool, default=False
        Whether a customer may leave right after the first order, as in MBG/NBD.

    Notes
    -----
    With y = x chances to leave (BG/NBD) or y = x + 1 (MBG/NBD), the likelihood of one history is

        Gamma(r + x) alpha^r / Gamma(r)  B(a, b + y) / B(a, b)  (alpha + T)^-(r + x)  (1 + e^d)
        d = ln a - ln(b + y - 1) + (r + x) ln((alpha + T) / (alpha + t_x))

    without the e^d where y = 0. e^d are the odds that the customer has left.

    References
    ----------
    .. [1] Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting Your Customers" the Easy
       Way. Marketing Science 24 (2), 275-284. Equation (6).
    .. [2] Batislam, E. P., Denizel, M. and Filiztekin, A. (2007). Empirical Validation and
       Comparison of Models for Customer Base Analysis. International Journal of Research in
       Marketing 24 (3), 201-209.

    Examples
    --------
    >>> import numpy as np
    >>> histories = (np.array([2.0]), np.array([30.43]), np.array([38.86]), np.array([1]))
    >>> curve = BetaGeoLikelihood(histories)(np.log([0.243, 4.414, 0.793, 2.426]))
    >>> round(curve.value, 4)
    -9.4596
    """

    def __init__(self, histories, leaves_before_first_repeat=False):
        x, t_x, T, weight = (np.asarray(column, dtype=float) for column in histories)
        if np.any(np.diff(x) < 0):
            order = np.argsort(x, kind="stable")
            x, t_x, T, weight = x[order], t_x[order], T[order], weight[order]
        self.x, self.T, self.weight = x, T, weight
        self.size = weight.sum()
        self.distinct, first, self.rows = np.unique(x, return_index=True, return_counts=True)
        self.customers = np.add.reduceat(weight, first)
        self.chances = self.distinct + leaves_before_first_repeat
        # rows are sorted by x, so those who cannot have left come first
        self.staying = int(self.rows[self.chances == 0].sum())
        self.leavers = self.chances > 0
        self.first_of_leavers = first[self.leavers] - self.staying
        self.t_x = t_x[self.staying :]

    def __call__(self, log_parameters):
        """Return the `Curve` at the logarithms of r, alpha, a and b."""
        r, alpha, a, b = parameters = np.exp(log_parameters)
        by_orders = self._by_orders(r, alpha, a, b)
        by_leaving = self._by_leaving(r, alpha, a, b) if self.leavers.any() else 0
        value, gradient, hessian = np.split(by_orders + by_leaving, [1, 5])
        return in_logs(float(value[0]), gradient, hessian.reshape(4, 4), parameters)

    def _by_orders(self, r, alpha, a, b):
        """Return everything but ln(1 + e^d): its value, gradient and Hessian in one vector."""
        x, y, n, size, weight = self.distinct, self.chances, self.customers, self.size, self.weight
        shape = r + self.x
        age = alpha + self.T
        log_age, weight_by_age = np.log(age), weight / age
        value = (
            n @ (gammaln(r + x) - gammaln(r) + betaln(a, b + y) - betaln(a, b))
            + size * r * np.log(alpha)
            - (weight * shape) @ log_age
        )
        both = n @ (digamma(a + b) - digamma(a + b + y))
        by_r = n @ (digamma(r + x) - digamma(r)) + size * np.log(alpha) - weight @ log_age
        by_alpha = size * r / alpha - shape @ weight_by_age
        by_b = both + n @ (digamma(b + y) - digamma(b))
        r_r = n @ (polygamma(1, r + x) - polygamma(1, r))
        r_alpha = size / alpha - weight_by_age.sum()
        alpha_alpha = (shape / age) @ weight_by_age - size * r / alpha**2
        a_a = n @ (polygamma(1, a + b) - polygamma(1, a + b + y))
        b_b = a_a + n @ (polygamma(1, b + y) - polygamma(1, b))
        return np.array(
            [value, by_r, by_alpha, both, by_b]
            + [r_r, r_alpha, 0, 0, r_alpha, alpha_alpha, 0, 0]
            + [0, 0, a_a, a_a, 0, 0, a_a, b_b]
        )

    def _by_leaving(self, r, alpha, a, b):
        """Return the same of ln(1 + e^d), over those who may have left."""
        after = slice(self.staying, None)
        shape, weight = r + self.x[after], self.weight[after]
        age, age_at_last = alpha + self.T[after], alpha + self.t_x
        stayed = b + self.chances[self.leavers] - 1
        silence = np.log(age / age_at_last)
        log_odds = shape * silence + np.repeat(np.log(a / stayed), self.rows[self.leavers])
        small = np.exp(-np.abs(log_odds))
        value = weight @ (np.maximum(log_odds, 0) + np.log1p(small))
        left = np.where(log_odds >= 0, 1, small) / (1 + small)
        first = weight * left
        second = first * (1 - left)

        # derivatives of d: by r silence, by alpha slope, by a 1 / a, by b -1 / stayed
        slope_by_shape = 1 / age - 1 / age_at_last
        slope = shape * slope_by_shape
        second_silence, second_slope = second * silence, second * slope
        first_by_x, second_by_x, silence_by_x, slope_by_x = (
            np.add.reduceat(column, self.first_of_leavers)
            for column in (first, second, second_silence, second_slope)
        )
        by_a = first_by_x.sum() / a
        r_r = second_silence @ silence
        r_alpha = second_silence @ slope + first @ slope_by_shape
        r_a, r_b = silence_by_x.sum() / a, -(silence_by_x @ (1 / stayed))
        alpha_alpha = second_slope @ slope - (first * slope) @ (1 / age + 1 / age_at_last)
        alpha_a, alpha_b = slope_by_x.sum() / a, -(slope_by_x @ (1 / stayed))
        a_a = (second_by_x.sum() - first_by_x.sum()) / a**2
        a_b = -(second_by_x @ (1 / stayed)) / a
        b_b = (second_by_x + first_by_x) @ (1 / stayed**2)
        return np.array(
            [value, first @ silence, first @ slope, by_a, -(first_by_x @ (1 / stayed))]
            + [r_r, r_alpha, r_a, r_b, r_alpha, alpha_alpha, alpha_a, alpha_b]
            + [r_a, alpha_a, a_a, a_b, r_b, alpha_b, a_b, b_b]
        )


class GammaGammaLikelihood:
    """
    Gamma-Gamma.

    Parameters
    ----------
    spends : tuple of ndarray
        x, m (any currency) and weight, one row per distinct pair.

    Notes
    -----
    Of the rows only ln(x m + v) and its derivatives depend on the parameters; the rest is sums
    taken once, and gamma functions of distinct x.

    References
    ----------
    .. [1] Fader, P. S. and Hardie, B. G. S. (2013). The Gamma-Gamma Model of Monetary Value.
       http://www.brucehardie.com/notes/025/. Equation (1a).

    Examples
    --------
    >>> import numpy as np
    >>> spends = (np.array([2.0]), np.array([22.35]), np.array([1]))
    >>> round(GammaGammaLikelihood(spends)(np.log([6.25, 3.74, 15.44])).value, 4)
    -3.5953
    """

    def __init__(self, spends):
        x, m, weight = (np.asarray(column, dtype=float) for column in spends)
        self.total = x * m
        self.weight, self.orders = weight, weight * x
        self.size = weight.sum()
        self.distinct, position = np.unique(x, return_inverse=True)
        self.customers = np.bincount(position, weights=weight)
        self.log_totals = self.orders @ np.log(self.total)
        self.log_spends = weight @ np.log(m)

    def __call__(self, log_parameters):
        """Return the `Curve` at the logarithms of p, q and v."""
        p, q, v = parameters = np.exp(log_parameters)
        x, n, size = self.distinct, self.customers, self.size
        log_sum, inverse = np.log(self.total + v), 1 / (self.total + v)
        log_sums, orders_log_sums = self.weight @ log_sum, self.orders @ log_sum
        inverses, orders_inverses = self.weight @ inverse, self.orders @ inverse
        squares = (self.weight * inverse) @ inverse
        orders_squares = (self.orders * inverse) @ inverse
        whole, own = digamma(p * x + q), digamma(p * x)
        whole_slope, own_slope = polygamma(1, p * x + q), polygamma(1, p * x)
        value = (
            n @ (gammaln(p * x + q) - gammaln(p * x))
            + size * (q * np.log(v) - gammaln(q))
            + p * (self.log_totals - orders_log_sums)
            - q * log_sums
            - self.log_spends
        )
        gradient = np.array(
            [
                (n * x) @ (whole - own) + self.log_totals - orders_log_sums,
                n @ whole + size * (np.log(v) - digamma(q)) - log_sums,
                size * q / v - p * orders_inverses - q * inverses,
            ]
        )
        p_q, p_v, q_v = (n * x) @ whole_slope, -orders_inverses, size / v - inverses
        hessian = np.array(
            [
                [(n * x**2) @ (whole_slope - own_slope), p_q, p_v],
                [p_q, n @ whole_slope - size * polygamma(1, q), q_v],
                [p_v, q_v, p * orders_squares + q * squares - size * q / v**2],
            ]
        )
        return in_logs(float(value), gradient, hessian, parameters)


def in_logs(value, gradient, hessian, parameters):
    """
    Turn derivatives by the parameters into derivatives by their logarithms.

    Parameters
    ----------
    value : float
        Of the function.
    gradient, hessian : ndarray of shape (k,) and (k, k)
        By the parameters.
    parameters : ndarray of shape (k,)
        The point.

    Returns
    -------
    Curve

    Examples
    --------
    The square of 3 is, as a function of ln 3, exp(2 ln 3), whose slope is twice its value:

    >>> in_logs(9.0, np.array([6.0]), np.array([[2.0]]), np.array([3.0])).gradient.tolist()
    [18.0]
    """
    slopes = parameters * gradient
    return Curve(value, slopes, np.outer(parameters, parameters) * hessian + np.diag(slopes))
