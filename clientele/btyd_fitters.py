"""
The fitters of lifetimes, climbed by Newton steps.

Each class is used as its parent in lifetimes is and differs from it in two ways: `fit` finds the
same maximum in a few passes over the rows instead of by automatic differentiation, and
`variance_matrix_` is the inverse of the Hessian throughout (in lifetimes only its diagonal is).
Pass distinct rows and their `weights`; `newton_` says how the climb went.

With `log_prior` the maximum is that of the posterior under independent log-normal priors. A prior
speaks once, not once per customer: with many customers it no longer matters, unless the customers
say nothing about a parameter.
"""

import importlib
import warnings
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from clientele.btyd_likelihoods import BetaGeoLikelihood, Curve, GammaGammaLikelihood
from clientele.btyd_newton import climb

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lifetimes import BetaGeoFitter, GammaGammaFitter, ModifiedBetaGeoFitter

    ConvergenceError = importlib.import_module("lifetimes.utils").ConvergenceError


class LogPrior(NamedTuple):
    """
    Independent normal priors on the logarithms of the parameters.

    Attributes
    ----------
    centre : tuple of float
        The parameters at the centre.
    width : float
        Standard deviation of every logarithm.
    """

    centre: tuple
    width: float

    def added_to(self, curve, point):
        """Return the curve of the posterior from that of the likelihood."""
        distance = point - np.log(self.centre)
        return Curve(
            curve.value - (distance @ distance) / (2 * self.width**2),
            curve.gradient - distance / self.width**2,
            curve.hessian - np.eye(len(point)) / self.width**2,
        )


def climb_likelihood(likelihood, start, prior=None, penalizer_coef=0.0, flat=1e-8):
    """
    Climb the mean log-likelihood by Newton steps.

    Parameters
    ----------
    likelihood : callable
        Takes the logarithms of the parameters, returns a `Curve`; its ``size`` is the number of
        customers.
    start : array_like of shape (k,)
        Logarithms of the parameters to start from.
    prior : LogPrior, optional
        Added once, not once per customer.
    penalizer_coef : float, default=0.0
        As in lifetimes.
    flat : float, default=1e-8
        As in `clientele.btyd_newton.climb`.

    Returns
    -------
    clientele.btyd_newton.Climb
    """

    def mean_log_likelihood(point):
        curve = likelihood(point)
        if prior is not None:
            curve = prior.added_to(curve, point)
        penalty = penalizer_coef * np.exp(2 * point)
        return (
            curve.value / likelihood.size - penalty.sum(),
            curve.gradient / likelihood.size - 2 * penalty,
            curve.hessian / likelihood.size - np.diag(4 * penalty),
        )

    with np.errstate(all="ignore"):
        return climb(mean_log_likelihood, start, flat=flat)


class _Newton:
    """What replaces the optimiser and the covariance of lifetimes."""

    def __init__(self, penalizer_coef=0.0, log_prior=None):
        super().__init__(penalizer_coef)
        self.log_prior = log_prior

    def _fit(self, rows, initial_params, params_size, disp, tol=1e-7, bounds=None, **options):
        if bounds is not None or options:
            raise TypeError("Newton steps take neither bounds nor options of the optimiser.")
        *columns, penalizer_coef = rows
        self.newton_ = climb_likelihood(
            self._likelihood(columns),
            np.full(params_size, 0.1) if initial_params is None else initial_params,
            self._scaled_prior(),
            penalizer_coef,
            flat=min(tol, 1e-8),
        )
        if not self.newton_.converged:
            raise ConvergenceError("The model did not converge.")
        return self.newton_.point, -self.newton_.value, -self.newton_.hessian

    def _scaled_prior(self):
        return self.log_prior

    def _compute_variance_matrix(self):
        names, values = self.params_.index, self.params_.to_numpy()
        inverse = np.linalg.inv(self._hessian_) / self.data["weights"].sum()
        return pd.DataFrame(np.outer(values, values) * inverse, index=names, columns=names)


class NewtonBetaGeoFitter(_Newton, BetaGeoFitter):
    """
    lifetimes' BetaGeoFitter (BG/NBD), climbed by Newton steps.

    Parameters
    ----------
    penalizer_coef : float, default=0.0
        As in lifetimes.
    log_prior : LogPrior, optional
        Prior of r, alpha, a and b.

    Attributes
    ----------
    newton_ : clientele.btyd_newton.Climb
        How the climb went, also if it did not converge; alpha in units of the largest T.

    Examples
    --------
    >>> import importlib.resources
    >>> cdnow = pd.read_csv(
    ...     importlib.resources.files("lifetimes") / "datasets" / "cdnow_customers_summary.csv"
    ... )
    >>> fitter = NewtonBetaGeoFitter().fit(cdnow["frequency"], cdnow["recency"], cdnow["T"])
    >>> fitter.params_.round(3).tolist()
    [0.243, 4.414, 0.793, 2.426]
    >>> fitter.newton_.passes < 12
    True
    """

    _likelihood = staticmethod(BetaGeoLikelihood)

    def _scaled_prior(self):
        if self.log_prior is None:
            return None
        r, alpha, a, b = self.log_prior.centre
        return self.log_prior._replace(centre=(r, alpha * self._scale, a, b))


class NewtonModifiedBetaGeoFitter(NewtonBetaGeoFitter, ModifiedBetaGeoFitter):
    """lifetimes' ModifiedBetaGeoFitter (MBG/NBD), climbed as `NewtonBetaGeoFitter` is."""

    _likelihood = staticmethod(partial(BetaGeoLikelihood, leaves_before_first_repeat=True))


class NewtonGammaGammaFitter(_Newton, GammaGammaFitter):
    """
    lifetimes' GammaGammaFitter, climbed by Newton steps.

    Parameters
    ----------
    penalizer_coef : float, default=0.0
        As in lifetimes.
    log_prior : LogPrior, optional
        Prior of p, q and v.

    Attributes
    ----------
    newton_ : clientele.btyd_newton.Climb
        How the climb went, also if it did not converge.
    """

    _likelihood = staticmethod(GammaGammaLikelihood)
