"""
Log-likelihoods of the lifetime-value models, each with its gradient and Hessian in one pass.

A likelihood is made once from distinct rows and their weights, and called with the logarithms of
the parameters. What depends on x alone is computed once per distinct x, as gamma functions do, and
what depends on a time alone once per distinct time: a pass over the rows of BG/NBD is one logarithm
and one exponential each.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import betaln, digamma, gammaln, polygamma

from clientele.btyd_summary import COUNTED_BELOW, DAYS_PER_WEEK

PIECE = 8192


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
    -9.4586
    """

    def __init__(self, histories, leaves_before_first_repeat=False):
        self.x, t_x, T, self.weight = sorted_by_first(histories)
        self.size = self.weight.sum()
        self.distinct, self.customers, start = runs(self.x, self.weight)
        self.position = np.repeat(np.arange(len(start)), np.diff(start, append=len(self.x)))
        self.chances = self.distinct + leaves_before_first_repeat
        self.age, self.age_code = coded(T)
        self.age_at_last, self.age_at_last_code = coded(t_x)
        self.ages = self._distinct_ages()
        # rows are sorted by x, so those who cannot have left come first
        self.staying = int((self.x + leaves_before_first_repeat == 0).sum())
        self.rows = len(self.x)

    def _distinct_ages(self):
        """Return x, the code of T and the weight of the distinct pairs of x and T."""
        cells = len(self.distinct) * len(self.age)
        if cells > len(self.x):
            return self.x, self.age_code, self.weight
        pair = self.position * len(self.age) + self.age_code
        weight = np.bincount(pair, weights=self.weight, minlength=cells)
        present = np.flatnonzero(weight)
        position, code = np.divmod(present, len(self.age))
        return self.distinct[position], code, weight[present]

    def __call__(self, log_parameters):
        """Return the `Curve` at the logarithms of r, alpha, a and b."""
        parameters = np.exp(log_parameters)
        alpha = parameters[1]
        ages = _logs_and_inverses(alpha + self.age)
        ages_at_last = _logs_and_inverses(alpha + self.age_at_last)
        total = self._by_counts(*parameters)
        for rows in pieces(0, len(self.ages[0])):
            total += self._by_age(rows, ages, *parameters)
        for rows in pieces(self.staying, self.rows):
            total += self._by_leaving(rows, ages, ages_at_last, *parameters)
        value, gradient, hessian = np.split(total, [1, 5])
        return in_logs(float(value[0]), gradient, hessian.reshape(4, 4), parameters)

    def _by_counts(self, r, alpha, a, b):
        """Return value, gradient and Hessian, in one vector, of what T and t_x are not part of."""
        x, y, n, size = self.distinct, self.chances, self.customers, self.size
        value = n @ (
            gammaln(r + x) - gammaln(r) + betaln(a, b + y) - betaln(a, b)
        ) + size * r * np.log(alpha)
        by_r = n @ (digamma(r + x) - digamma(r)) + size * np.log(alpha)
        by_a = n @ (digamma(a + b) - digamma(a + b + y))
        by_b = by_a + n @ (digamma(b + y) - digamma(b))
        r_r = n @ (polygamma(1, r + x) - polygamma(1, r))
        r_alpha, alpha_alpha = size / alpha, -size * r / alpha**2
        a_a = n @ (polygamma(1, a + b) - polygamma(1, a + b + y))
        b_b = a_a + n @ (polygamma(1, b + y) - polygamma(1, b))
        return np.array(
            [value, by_r, size * r / alpha, by_a, by_b]
            + [r_r, r_alpha, 0, 0, r_alpha, alpha_alpha, 0, 0]
            + [0, 0, a_a, a_a, 0, 0, a_a, b_b]
        )

    def _by_age(self, rows, ages, r, alpha, a, b):
        """Return the same of -(r + x) ln(alpha + T)."""
        x, code, weight = (column[rows] for column in self.ages)
        log_age, by_age = (column[code] for column in ages)
        shape = r + x
        weight_by_age = weight * by_age
        by_r, by_alpha, r_alpha = weight @ log_age, shape @ weight_by_age, weight_by_age.sum()
        alpha_alpha = -((shape * by_age) @ weight_by_age)
        return -np.array(
            [(weight * shape) @ log_age, by_r, by_alpha, 0, 0]
            + [0, r_alpha, 0, 0, r_alpha, alpha_alpha, 0, 0]
            + [0, 0, 0, 0, 0, 0, 0, 0]
        )

    def _by_leaving(self, rows, ages, ages_at_last, r, alpha, a, b):
        """Return the same of ln(1 + e^d)."""
        position, weight = self.position[rows], self.weight[rows]
        shape = r + self.x[rows]
        log_age, by_age = (column[self.age_code[rows]] for column in ages)
        code = self.age_at_last_code[rows]
        log_age_at_last, by_age_at_last = (column[code] for column in ages_at_last)
        silence = log_age - log_age_at_last
        # where nobody can have left, no row asks
        stayed = np.maximum(b + self.chances - 1, 1e-300)
        by_stayed = (1 / stayed)[position]
        log_odds = shape * silence + np.log(a / stayed)[position]
        small = np.exp(-np.abs(log_odds))
        value = weight @ (np.maximum(log_odds, 0) + np.log(1 + small))
        left = np.where(log_odds >= 0, 1, small) / (1 + small)
        first = weight * left
        second = first * (1 - left)

        # derivatives of d: by r silence, by alpha slope, by a 1 / a, by b -1 / (b + y - 1)
        slope_by_shape = by_age - by_age_at_last
        slope = shape * slope_by_shape
        second_silence, second_slope = second * silence, second * slope
        r_alpha = second_silence @ slope + first @ slope_by_shape
        r_a, r_b = second_silence.sum() / a, -(second_silence @ by_stayed)
        alpha_alpha = second_slope @ slope - (first * slope) @ (by_age + by_age_at_last)
        alpha_a, alpha_b = second_slope.sum() / a, -(second_slope @ by_stayed)
        a_a, a_b = (second.sum() - first.sum()) / a**2, -(second @ by_stayed) / a
        b_b = ((second + first) * by_stayed) @ by_stayed
        return np.array(
            [value, first @ silence, first @ slope, first.sum() / a, -(first @ by_stayed)]
            + [second_silence @ silence, r_alpha, r_a, r_b, r_alpha, alpha_alpha, alpha_a, alpha_b]
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
    -3.5513
    """

    def __init__(self, spends):
        x, m, self.weight = (np.asarray(column, dtype=float) for column in spends)
        self.size = self.weight.sum()
        self.distinct, self.customers = totals(x, self.weight)
        self.total = x * m
        self.orders = self.weight * x
        self.log_totals = (self.customers * self.distinct) @ np.log(self.distinct)
        self.log_spends = 0.0
        for rows in pieces(0, len(x)):
            log_spend = np.log(m[rows])
            self.log_totals += self.orders[rows] @ log_spend
            self.log_spends += self.weight[rows] @ log_spend

    def __call__(self, log_parameters):
        """Return the `Curve` at the logarithms of p, q and v."""
        p, q, v = parameters = np.exp(log_parameters)
        x, n, size = self.distinct, self.customers, self.size
        logs, orders_logs, inverses, orders_inverses, squares, orders_squares = sum(
            self._by_total(rows, v) for rows in pieces(0, len(self.total))
        )
        whole, own = digamma(p * x + q), digamma(p * x)
        whole_slope, own_slope = polygamma(1, p * x + q), polygamma(1, p * x)
        value = (
            n @ (gammaln(p * x + q) - gammaln(p * x))
            + size * (q * np.log(v) - gammaln(q))
            + p * (self.log_totals - orders_logs)
            - q * logs
            - self.log_spends
        )
        gradient = np.array(
            [
                (n * x) @ (whole - own) + self.log_totals - orders_logs,
                n @ whole + size * (np.log(v) - digamma(q)) - logs,
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

    def _by_total(self, rows, v):
        """Return the sums of ln(x m + v), 1 / (x m + v) and its square, plain and times x."""
        inverse = 1 / (self.total[rows] + v)
        log, square = -np.log(inverse), inverse * inverse
        weights = (self.weight[rows], self.orders[rows])
        return np.array(
            [weight @ column for column in (log, inverse, square) for weight in weights]
        )


def sorted_by_first(columns):
    """
    Take columns as floats, rows in the order of the first.

    Parameters
    ----------
    columns : sequence of array_like
        Of equal length.

    Returns
    -------
    list of ndarray
    """
    first, *others = (np.asarray(column, dtype=float) for column in columns)
    if (first[1:] >= first[:-1]).all():
        return [first, *others]
    order = np.argsort(first, kind="stable")
    return [column[order] for column in (first, *others)]


def coded(times):
    """
    Write times as positions in a table, so that functions of them can be looked up.

    Parameters
    ----------
    times : ndarray
        Not below 0, in weeks or any other unit.

    Returns
    -------
    table : ndarray
        All distinct times; if they are whole days, every day up to the last.
    code : ndarray of int
        Per time, where in the table it is.

    Examples
    --------
    >>> table, code = coded(np.array([1.5, 0.25, 1.5]))
    >>> table.tolist(), code.tolist()
    ([0.25, 1.5], [1, 0, 1])
    """
    days = np.rint(DAYS_PER_WEEK * times)
    if days.max(initial=0) < COUNTED_BELOW and (days / DAYS_PER_WEEK == times).all():
        return np.arange(days.max(initial=0) + 1) / DAYS_PER_WEEK, days.astype(np.int64)
    return np.unique(times, return_inverse=True)


def totals(x, weight):
    """
    Add up the weights of equal numbers.

    Parameters
    ----------
    x : ndarray
        Whole numbers not below 0, in any order.
    weight : ndarray
        Weight of each.

    Returns
    -------
    distinct, total : ndarray of float
        The distinct numbers in ascending order, and the weight of each.

    Examples
    --------
    >>> distinct, total = totals(np.array([3.0, 1.0, 3.0]), np.array([1.0, 1.0, 2.0]))
    >>> distinct.tolist(), total.tolist()
    ([1.0, 3.0], [1.0, 3.0])
    """
    if x.max(initial=0) < COUNTED_BELOW:
        code, distinct = x.astype(np.int64), None
    else:
        distinct, code = np.unique(x, return_inverse=True)
    total = np.bincount(code, weights=weight)
    if distinct is None:
        distinct = np.flatnonzero(total)
        total = total[distinct]
    return distinct.astype(float), total


def runs(ordered, weight):
    """
    Find the runs of equal numbers.

    Parameters
    ----------
    ordered : ndarray
        Numbers in ascending order.
    weight : ndarray
        Weight of each.

    Returns
    -------
    distinct, total, start : ndarray
        The distinct numbers, the weight of each, and the row where its run starts.
    """
    start = np.r_[0, 1 + np.flatnonzero(ordered[1:] != ordered[:-1])]
    return ordered[start], np.add.reduceat(weight, start), start


def pieces(start, stop, size=PIECE):
    """
    Cut rows into pieces that stay in the processor's cache and on one BLAS thread.

    Parameters
    ----------
    start, stop : int
        First row, and the row after the last.
    size : int, default=8192
        Rows in a piece.

    Returns
    -------
    list of slice

    Examples
    --------
    >>> pieces(0, 10_000)
    [slice(0, 8192, None), slice(8192, 10000, None)]
    """
    return [slice(cut, min(cut + size, stop)) for cut in range(start, stop, size)]


def _logs_and_inverses(column):
    return np.log(column), 1 / column


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
