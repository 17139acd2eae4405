"""
Pareto/NBD: likelihood, fitter and formulas of the challenger whose customers leave at any moment.

The likelihood of the published form is a difference of hypergeometric functions, whose derivatives
by their parameters have no closed form. Here it is the integral that these functions are, over the
moment tau at which the customer may have left:

    Gamma(r + x) alpha^r beta^s / Gamma(r) * (
        (alpha + T)^-(r + x) (beta + T)^-s
        + integral from t_x to T of s (alpha + tau)^-(r + x) (beta + tau)^-(s + 1) d tau )

by Gauss and Legendre's rule, after a change of variable that takes out the steep fall of the
integrand. Derivatives are those of the integrand under the same rule.

References
----------
.. [1] Schmittlein, D. C., Morrison, D. G. and Colombo, R. (1987). Counting Your Customers: Who Are
   They and What Will They Do Next? Management Science 33 (1), 1-24.
.. [2] Fader, P. S. and Hardie, B. G. S. (2005). A Note on Deriving the Pareto/NBD Model and Related
   Expressions. http://www.brucehardie.com/notes/009/. Likelihood: equation (18); P(alive): (36);
   expected orders: (41).
"""

import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import digamma, expit, gammaln, polygamma

from clientele.btyd_fitters import ConvergenceError, climb_likelihood
from clientele.btyd_likelihoods import in_logs, pieces, runs, sorted_by_first

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lifetimes import ParetoNBDFitter

# few enough for BLAS to stay on one thread
ROWS = 512
POINTS, SHARES = np.polynomial.legendre.leggauss(16)
POINTS, SHARES = (POINTS + 1) / 2, SHARES / 2


class ParetoParameters(NamedTuple):
    """
    The four parameters of Pareto/NBD; time is in weeks.

    Attributes
    ----------
    r, alpha : float
        Shape and rate (weeks) of the gamma distribution of order rates across customers.
    s, beta : float
        Shape and rate (weeks) of the gamma distribution of leaving rates across customers.
    """

    r: float
    alpha: float
    s: float
    beta: float


class ParetoLikelihood:
    """
    Pareto/NBD.

    Parameters
    ----------
    histories : tuple of ndarray
        x, t_x, T (any unit of time) and weight, one row per distinct history.

    Examples
    --------
    >>> histories = (np.array([2.0]), np.array([30.43]), np.array([38.86]), np.array([1]))
    >>> curve = ParetoLikelihood(histories)(np.log([0.553, 10.578, 0.606, 11.669]))
    >>> round(curve.value, 4)
    -9.5543
    """

    def __init__(self, histories):
        self.x, self.t_x, self.T, self.weight = sorted_by_first(histories)
        self.size = self.weight.sum()
        self.distinct, self.customers, _ = runs(self.x, self.weight)

    def __call__(self, log_parameters):
        """Return the `clientele.btyd_likelihoods.Curve` at the logs of r, alpha, s and beta."""
        r, alpha, s, beta = parameters = np.exp(log_parameters)
        x, n, size = self.distinct, self.customers, self.size
        value = n @ (gammaln(r + x) - gammaln(r)) + size * (r * np.log(alpha) + s * np.log(beta))
        by_r = n @ (digamma(r + x) - digamma(r)) + size * np.log(alpha)
        gradient = np.array([by_r, size * r / alpha, size * np.log(beta), size * s / beta])
        r_r = n @ (polygamma(1, r + x) - polygamma(1, r))
        hessian = np.diag([r_r, -size * r / alpha**2, 0.0, -size * s / beta**2])
        hessian[0, 1] = hessian[1, 0] = size / alpha
        hessian[2, 3] = hessian[3, 2] = size / beta
        for rows in pieces(0, len(self.x), ROWS):
            more = self._by_leaving(rows, *parameters)
            value, gradient, hessian = value + more[0], gradient + more[1], hessian + more[2]
        return in_logs(float(value), gradient, hessian, parameters)

    def _by_leaving(self, rows, r, alpha, s, beta):
        """Return value, gradient and Hessian of the bracket, summed over rows."""
        shape, weight = (r + self.x[rows])[:, None], self.weight[rows]
        tau, logs = _leaving(shape, alpha, s, beta, self.t_x[rows][:, None], self.T[rows][:, None])
        highest = logs.max(axis=1, keepdims=True)
        chance = np.exp(logs - highest)
        total = chance.sum(axis=1, keepdims=True)
        chance /= total
        value = weight @ (highest + np.log(total))[:, 0]

        left = np.r_[np.ones(len(POINTS)), 0.0]
        by_age, by_beta = 1 / (alpha + tau), 1 / (beta + tau)
        slopes = np.array(
            [
                np.log(by_age),
                -shape * by_age,
                left / s + np.log(by_beta),
                -(s + left) * by_beta,
            ]
        )
        means = (slopes * chance).sum(axis=2)
        chance *= weight[:, None]
        flat = slopes.reshape(4, -1)
        hessian = (flat * chance.ravel()) @ flat.T - (means * weight) @ means.T
        hessian[1, 1] += (chance * shape * by_age**2).sum()
        hessian[2, 2] -= (chance * left).sum() / s**2
        hessian[3, 3] += (chance * (s + left) * by_beta**2).sum()
        for (row, column), bend in (((0, 1), chance * by_age), ((2, 3), chance * by_beta)):
            hessian[row, column] -= bend.sum()
            hessian[column, row] -= bend.sum()
        return value, means @ weight, hessian


class NewtonParetoFitter(ParetoNBDFitter):
    """
    lifetimes' ParetoNBDFitter, climbed by Newton steps instead of a random search.

    It is used as its parent is; `fit` always starts at the same place, and there are standard
    errors.

    Parameters
    ----------
    log_prior : clientele.btyd_fitters.LogPrior, optional
        Prior of r, alpha, s and beta.

    Attributes
    ----------
    newton_ : clientele.btyd_newton.Climb
        How the climb went, also if it did not converge; alpha and beta in units of the largest T.
    """

    def __init__(self, log_prior=None):
        super().__init__(penalizer_coef=0.0)
        self.log_prior = log_prior

    def fit(self, *arguments, **options):
        """Fit as lifetimes does, then add `variance_matrix_` and `standard_errors_`."""
        super().fit(*arguments, **options)
        names, values = self.params_.index, self.params_.to_numpy()
        inverse = np.linalg.inv(-self.newton_.hessian) / self.data["weights"].sum()
        covariance = np.outer(values, values) * inverse
        self.variance_matrix_ = pd.DataFrame(covariance, index=names, columns=names)
        self.standard_errors_ = pd.Series(np.sqrt(np.diag(covariance)), index=names)
        return self

    def _fit(self, rows, iterative_fitting, initial_params, *_, **__):
        *columns, _ = rows
        likelihood = ParetoLikelihood(columns)
        prior = self.log_prior
        if prior is not None:
            r, alpha, s, beta = prior.centre
            prior = prior._replace(centre=(r, alpha * self._scale, s, beta * self._scale))
        start = (0.5, 0.2, 0.5, 0.2) if initial_params is None else initial_params
        self.newton_ = climb_likelihood(likelihood, np.log(start), prior)
        if not self.newton_.converged:
            raise ConvergenceError("The model did not converge.")
        return np.exp(self.newton_.point), -self.newton_.value * likelihood.size


def alive(parameters, x, t_x, T):
    """Return P(alive | x, t_x, T); times in weeks."""
    r, alpha, s, beta = parameters
    shape, t_x, T = np.broadcast_arrays(r + x, t_x, T)
    chances = np.empty(shape.shape)
    for rows in pieces(0, len(shape), ROWS):
        columns = (column[rows][:, None] for column in (t_x, T))
        _, logs = _leaving(shape[rows][:, None], alpha, s, beta, *columns)
        chances[rows] = expit(logs[:, -1] - np.logaddexp.reduce(logs[:, :-1], axis=1))
    return chances


def orders_if_alive(parameters, x, T, weeks):
    """Return the expected orders of the next weeks, of a customer who has not left at T."""
    r, alpha, s, beta = parameters
    later = np.log1p(weeks / (beta + T))
    lifetime = later if abs(s - 1) < 1e-9 else -np.expm1(-(s - 1) * later) / (s - 1)
    return (r + x) / (alpha + T) * (beta + T) * lifetime


def buys_if_alive(parameters, x, T, weeks):
    """Return the probability of an order in the next weeks, of a customer who has not left at T."""
    r, alpha, s, beta = parameters
    shape, T, weeks = np.broadcast_arrays(r + x, T, weeks)
    chances = np.empty(shape.shape)
    for rows in pieces(0, len(shape), ROWS):
        own, age, end = (column[rows][:, None] for column in (shape, T, weeks))
        _, logs = _leaving(own, alpha + age, s, beta + age, np.zeros_like(age), end)
        before = own[:, 0] * np.log(alpha + age[:, 0]) + s * np.log(beta + age[:, 0])
        chances[rows] = -np.expm1(np.minimum(np.logaddexp.reduce(logs, axis=1) + before, 0))
    return chances


def _leaving(shape, alpha, s, beta, t_x, T):
    """
    Return the moments of leaving that the rule looks at, and the logarithm of what each adds.

    The last column is T and the customer who has not left. With c the smaller of alpha and beta
    and v = ln((c + tau) / (c + t_x)), the integrand falls at first like e^(-3 fall v) and then
    faster, so that over e^(-fall v), where the rule is laid, it is much like a square.
    """
    smaller = np.minimum(alpha, beta) + t_x
    fall = shape * smaller / (alpha + t_x) + (s + 1) * smaller / (beta + t_x) - 1
    fall = np.maximum(fall / 3, 0.01)
    span = -np.expm1(-fall * np.log1p((T - t_x) / smaller))
    v = -np.log1p(-POINTS * span) / fall
    since = smaller * np.expm1(v)
    tau = t_x + since
    with np.errstate(divide="ignore"):
        width = np.log(s * span / fall)
    logs = (
        np.log(SHARES)
        + width
        + fall * v
        + np.log(smaller + since)
        - shape * np.log(alpha + tau)
        - (s + 1) * np.log(beta + tau)
    )
    stays = -shape * np.log(alpha + T) - s * np.log(beta + T)
    return np.hstack([tau, T]), np.hstack([logs, stays])
