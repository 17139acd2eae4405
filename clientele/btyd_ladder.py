"""
The ladder that every lifetime-value model climbs down until it has parameters that can be used.

========= ========================================================================== ==============
rung      parameters                                                                 status
========= ========================================================================== ==============
newton    maximum likelihood by Newton steps, from several starts                    ok or warn
lifetimes maximum likelihood by the optimiser of lifetimes, from where Newton ended  ok or warn
map       maximum of the posterior under a weak log-normal prior, Newton steps: for  warn
          shops whose customers leave a parameter open, for example nobody leaves
last_good those of an earlier fit, if given                                          warn
heuristic a guess, only if asked for: the centre of the prior, at the pace or the    fallback
          mean spend of these customers
none      none                                                                       fallback
========= ========================================================================== ==============

The gates of `clientele.btyd_gates` decide whether a rung holds. Data never raise an exception.
"""

import contextlib
import io
import logging
import time
import warnings
from typing import NamedTuple

import numpy as np
from sklearn.base import BaseEstimator
from threadpoolctl import threadpool_limits

from clientele.btyd_fitters import ConvergenceError, LogPrior, climb_likelihood
from clientele.btyd_gates import (
    FALLBACK,
    WARN,
    Gate,
    maximum_gates,
    repeat_customers_gate,
    verdict,
)
from clientele.btyd_likelihoods import Curve
from clientele.checks import whole_number

PRIOR_WIDTH = 1.5
SAMPLED_ROWS = 16_000
logger = logging.getLogger(__name__)


class _Fit(NamedTuple):
    """One end of a climb and what the gates say of it; log_likelihood without the prior."""

    rung: str
    parameters: tuple
    log_likelihood: float
    hessian: np.ndarray
    gates: tuple
    passes: int


class MaximumLikelihoodModel(BaseEstimator):
    """
    What the models share: climb, judge by gates, step down a rung, keep what passes.

    A subclass says what its parameters are (`parameters_type`), what the log-likelihood is
    (`_likelihood`), where to start (`_starts`), what a shop of this pace is like (`_typical`),
    which fitter of lifetimes is the second rung and what goes into and comes out of it (`_stock`,
    `_arguments`, `_scaled`, `_from_stock`), and which gates are its own (`_own_gates`).
    """

    def _learn(self, data, data_gates):
        """Set the learnt attributes from distinct rows and the gates on the input."""
        began = time.perf_counter()
        needed = whole_number("minimum_repeat_customers", self.minimum_repeat_customers, at_least=1)
        enough = repeat_customers_gate(self.repeat_customers_, needed)
        fit = None
        gates = [enough]
        if enough.passed:
            self._curves = {}
            with np.errstate(all="ignore"):
                fit = self._descend(data)
            del self._curves
            found = fit is not None
            sentence = "The optimiser did not converge from any of its starts."
            gates.append(Gate("converged", float(found), found, FALLBACK, sentence))
            gates += fit.gates if found else ()
        self.gates_ = (*gates, *data_gates)
        self.status_, self.status_reason_ = verdict(self.gates_)
        self._keep(fit, data)
        self.seconds_ = time.perf_counter() - began
        logger.info(
            "%s: rung %s, status %s, %s rows, %s passes, %.2f seconds",
            *(type(self).__name__, self.rung_, self.status_, len(data.weight)),
            *(self.passes_, self.seconds_),
        )
        return self

    def _descend(self, data):
        """Return the first fit that no gate says fallback to; else the likeliest, else None."""
        likelihood = self._likelihood(data)
        best, start = None, None
        for start in self._near_starts(data):
            fit = self._judged("newton", self._climb(likelihood, start), likelihood, data)
            if _holds(fit):
                return fit
            best = _likelier(best, fit)
        start = start if best is None else best.parameters
        fit = self._judged("lifetimes", self._climb_by_lifetimes(data, start), likelihood, data)
        if _holds(fit):
            return fit
        best = _likelier(best, fit)
        prior = LogPrior(self._typical(data), PRIOR_WIDTH)
        climbed = self._climb(likelihood, prior.centre, prior)
        fit = self._judged("map", climbed, likelihood, data, prior)
        if not _holds(fit):
            return best
        reason = "There is no maximum."
        if best is not None:
            _, reason = verdict(gate for gate in best.gates if gate.otherwise == FALLBACK)
        sentence = f"{reason} A weak prior decides what the customers leave open."
        return fit._replace(gates=(Gate("rung", np.nan, False, WARN, sentence), *fit.gates))

    def _near_starts(self, data):
        """Yield the starts; the first, of many rows, after a climb on a sample of them."""
        starts = self._starts(data)
        step = len(data.weight) // SAMPLED_ROWS
        if step > 1:
            first = next(starts)
            sample = type(data)(*(column[::step] for column in data))
            end = _end_of_climb(self._likelihood(sample), first)
            if end is not None and end.converged:
                yield self.parameters_type(*np.exp(end.point))
            yield first
        yield from starts

    def _climb(self, likelihood, start, prior=None):
        """Climb by Newton steps and return where they end; None if nowhere."""
        end = _end_of_climb(likelihood, start, prior)
        self._passes = 0 if end is None else end.passes
        if end is None:
            return None
        parameters = self.parameters_type(*map(float, np.exp(end.point)))
        if prior is None:
            size = likelihood.size
            self._curves[parameters] = Curve(
                size * end.value, size * end.gradient, size * end.hessian
            )
        return parameters

    def _climb_by_lifetimes(self, data, start):
        """Climb by lifetimes as it is, on one thread and without a word; None if it fails."""
        fitter = self._stock(penalizer_coef=0)
        initial = np.log(self._scaled(start, data))
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
            threadpool_limits(limits=1),
        ):
            warnings.simplefilter("ignore")
            try:
                fitter.fit(**self._arguments(data), initial_params=initial)
            except (ValueError, ArithmeticError, ConvergenceError):
                return None
        return self._from_stock(fitter, data)

    def _judged(self, rung, parameters, likelihood, data, prior=None):
        if parameters is None or not np.all(np.isfinite(np.log(parameters))):
            return None
        point = np.log(parameters)
        curve = self._curves.get(parameters) if prior is None else None
        if curve is None:
            curve = likelihood(point)
        log_likelihood = curve.value
        if prior is not None:
            curve = prior.added_to(curve, point)
        gates = maximum_gates(curve.gradient, curve.hessian, data.weight.sum())
        gates += self._own_gates(parameters, data, prior is not None)
        passes = getattr(self, "_passes", 0)
        return _Fit(rung, parameters, log_likelihood, curve.hessian, tuple(gates), passes)

    def _keep(self, fit, data):
        self.parameters_ = self.standard_errors_ = self.covariance_ = None
        self.log_likelihood_ = np.nan
        self.passes_ = 0 if fit is None else fit.passes
        measured = {gate.name: gate.value for gate in self.gates_}
        self.gradient_ = measured.get("gradient", np.nan)
        self.condition_ = measured.get("condition", np.nan)
        if self.status_ == FALLBACK:
            self._keep_second_best(data)
            return
        self.rung_ = fit.rung
        values = np.array(fit.parameters, dtype=float)
        self.parameters_ = self.parameters_type(*map(float, values))
        self.covariance_ = np.outer(values, values) * np.linalg.inv(-fit.hessian)
        self.standard_errors_ = self.parameters_type(
            *map(float, np.sqrt(np.diag(self.covariance_)))
        )
        self.log_likelihood_ = float(fit.log_likelihood)

    def _keep_second_best(self, data):
        self.rung_ = "none"
        if self.last_good_parameters is not None:
            self.rung_, self.status_ = "last_good", WARN
            self.parameters_ = self.parameters_type(*map(float, self.last_good_parameters))
            self.status_reason_ += " The parameters are those of an earlier fit."
        elif self.heuristic and self.repeat_customers_ > 0:
            self.rung_ = "heuristic"
            self.parameters_ = self.parameters_type(*map(float, self._typical(data)))
            self.status_reason_ += " The parameters are a guess: a typical shop of this pace."


def _end_of_climb(likelihood, start, prior=None):
    """Climb by Newton steps; None where the numbers give out."""
    try:
        return climb_likelihood(likelihood, np.log(start), prior)
    except (ValueError, ArithmeticError):
        return None


def _holds(fit):
    return fit is not None and verdict(fit.gates)[0] != FALLBACK


def _likelier(first, second):
    if first is None or second is None:
        return first if second is None else second
    return second if second.log_likelihood > first.log_likelihood else first
