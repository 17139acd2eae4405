"""
BG/NBD and Gamma-Gamma fitted by maximum likelihood, each with a verdict on its own fit.

A fit ends with a status: **ok**; **warn**: predictions are given, with a reason to be careful;
**fallback**: there is a reason and there are no parameters. Data never raise an exception. These
gates decide; gradient and Hessian are those of the mean log-likelihood by the logarithms of the
parameters, so that they depend neither on units nor on the number of customers.

======================== ======================================= ======== =======================
gate                     passes if                               else     because
======================== ======================================= ======== =======================
repeat_customers         at least 100 customers came back        fallback fewer say nothing about
                                                                          leaving
converged                the optimiser ends, from one of its     fallback there is no maximum
                         starts
gradient                 every component is below 1e-6           fallback it is not the maximum
hessian                  curved downwards in every direction,    fallback it is not the maximum,
                         by 1e-8 of the largest curvature                 or there is none
parameter_range          BG/NBD: .01 < r < 20, .01 < a < 50,     fallback the optimiser ran off
                         alpha < 10 max T                                 the map
q                        Gamma-Gamma: q > 1.05                   fallback the mean spend is
                                                                          infinite, or nearly
fitted_to_actual_repeats BG/NBD: within 25 %                     fallback the model misses the
                         BG/NBD: within 5 %                      warn     data it was fitted to
condition                condition number of the Hessian         warn     parameters trade off;
                         below 1e4                                        forecasts suffer less
standard_errors          below 1 for the log of every parameter  warn     the same
spearman_x_m             Gamma-Gamma: between -.3 and .3         warn     it assumes that spend is
                                                                          unrelated to x
capped_repeats           BG/NBD: the cap took off less than 1 %  warn     the input is unusual
                         of the repeat orders
left_out                 less than 1 % of the customers          warn     the input is at fault
======================== ======================================= ======== =======================
"""

import contextlib
import io
import warnings
from typing import NamedTuple

import numpy as np
from scipy.special import betaln, digamma, gammaln
from scipy.stats import pearsonr, spearmanr
from sklearn.base import BaseEstimator
from threadpoolctl import threadpool_limits

from clientele.btyd_predictions import (
    BetaGeoParameters,
    GammaGammaParameters,
    expected_orders_of_new_customer,
)
from clientele.btyd_summary import (
    DAYS_PER_WEEK,
    Histories,
    Spends,
    compress,
    read_history,
    read_spend,
)
from clientele.checks import whole_number

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lifetimes import BetaGeoFitter, GammaGammaFitter

OK = "ok"
WARN = "warn"
FALLBACK = "fallback"
MINIMUM_REPEAT_CUSTOMERS = 100


class Gate(NamedTuple):
    """
    One check of a fit.

    Attributes
    ----------
    name : str
        As in the table of gates.
    value : float
        What was measured.
    passed : bool
        Whether it is within bounds.
    otherwise : {"warn", "fallback"}
        Status of the fit if it is not.
    sentence : str
        What to tell the reader then.
    """

    name: str
    value: float
    passed: bool
    otherwise: str
    sentence: str


class _Fit(NamedTuple):
    """One maximum and what the gates say of it."""

    parameters: tuple
    log_likelihood: float
    hessian: np.ndarray
    gates: tuple


class _MaximumLikelihoodModel(BaseEstimator):
    """
    What both models share: climb from several starts, judge by gates, keep what passes.

    A subclass says what its parameters are (`parameters_type`), where to start (`_starts`), how to
    climb (`_climb`), what the log-likelihood is (`_log_likelihood`) and which gates are its own
    (`_own_gates`). A faster climber replaces `_climb` and nothing else.
    """

    def _learn(self, data, data_gates):
        """Set the learnt attributes from compressed data and the gates on the input."""
        needed = whole_number("minimum_repeat_customers", self.minimum_repeat_customers, at_least=1)
        enough = Gate(
            "repeat_customers",
            self.repeat_customers_,
            self.repeat_customers_ >= needed,
            FALLBACK,
            f"The fit needs at least {needed:,} customers who came back; "
            f"there {'is' if self.repeat_customers_ == 1 else 'are'} {self.repeat_customers_:,}.",
        )
        gates = [enough]
        fit = None
        if enough.passed:
            with np.errstate(all="ignore"):
                fit = self._best_fit(data)
            found = fit is not None
            sentence = "The optimiser did not converge from any of its starts."
            gates.append(Gate("converged", float(found), found, FALLBACK, sentence))
            gates += fit.gates if found else ()
        self.gates_ = (*gates, *data_gates)
        self.status_, self.status_reason_ = _verdict(self.gates_)
        self._keep(fit, data)
        return self

    def _best_fit(self, data):
        """Climb from each start until no gate says fallback; else keep the likeliest fit."""
        best = None
        for start in self._starts(data):
            parameters = self._climb(data, start)
            if parameters is None or not np.all(np.isfinite(np.log(parameters))):
                continue
            fit = self._judge(parameters, data)
            if _verdict(fit.gates)[0] != FALLBACK:
                return fit
            if best is None or fit.log_likelihood > best.log_likelihood:
                best = fit
        return best

    def _judge(self, parameters, data):
        log_parameters = np.log(parameters)
        size = data.weight.sum()
        log_likelihood, gradient = self._log_likelihood(log_parameters, data)
        hessian = _hessian(
            lambda point: self._log_likelihood(point, data)[1] / size, log_parameters
        )
        steepest = np.abs(gradient / size).max()
        curvatures = (
            np.linalg.eigvalsh(-hessian) if np.isfinite(hessian).all() else np.array([np.nan])
        )
        curved = bool(curvatures.min() > 1e-8 * curvatures.max())
        gates = [
            Gate(
                "gradient",
                steepest,
                bool(steepest < 1e-6),
                FALLBACK,
                f"The optimiser stopped short of the maximum (gradient {steepest:.1e}).",
            ),
            Gate(
                "hessian",
                curvatures.min(),
                curved,
                FALLBACK,
                "The likelihood has no peak: some parameters cannot be told apart.",
            ),
            *self._own_gates(parameters, data),
        ]
        if curved:
            gates += _identification_gates(curvatures, _log_covariance(hessian, size))
        return _Fit(parameters, log_likelihood, hessian, tuple(gates))

    def _keep(self, fit, data):
        self.parameters_ = self.standard_errors_ = self.covariance_ = None
        self.log_likelihood_ = np.nan
        if self.status_ == FALLBACK:
            return
        values = np.array(fit.parameters)
        self.parameters_ = self.parameters_type(*map(float, values))
        self.covariance_ = np.outer(values, values) * _log_covariance(
            fit.hessian, data.weight.sum()
        )
        self.standard_errors_ = self.parameters_type(
            *map(float, np.sqrt(np.diag(self.covariance_)))
        )
        self.log_likelihood_ = float(fit.log_likelihood)


class BetaGeoModel(_MaximumLikelihoodModel):
    """
    BG/NBD: when customers order, and when they leave without saying so.

    Assumptions
    -----------
    1. While alive, a customer orders at random moments at a constant rate lambda (Poisson).
    2. lambda differs across customers by a gamma distribution with shape r and rate alpha.
    3. After every repeat order, the customer leaves for good with probability p. (Nobody leaves
       before the first repeat order: whoever bought once counts as alive.)
    4. p differs across customers by a beta distribution with parameters a and b.
    5. lambda and p are independent; there are no seasons and no trend.

    Parameters
    ----------
    minimum_repeat_customers : int, default=100
        With fewer customers who came back (x > 0) nothing is fitted.
    cap_repeats : bool, default=True
        Whether x is capped in the fit, at its 99.9th percentile or five times its 99th, whichever
        is larger, so that one extreme customer does not move everybody's forecast. Scoring uses x
        as it is.
    starting_parameters : BetaGeoParameters, optional
        Where to start, for example the parameters of the previous build; other starts follow only
        if this one fails.

    Attributes
    ----------
    status_ : {"ok", "warn", "fallback"}
        See the table of gates in the module's docstring.
    status_reason_ : str or None
        The sentences of the gates that failed; None if none did.
    parameters_ : BetaGeoParameters or None
        Maximum-likelihood estimates, no penalty; time in weeks. None on fallback.
    standard_errors_ : BetaGeoParameters or None
        Their standard errors.
    covariance_ : ndarray of shape (4, 4) or None
        Their covariance, from the Hessian of the log-likelihood.
    log_likelihood_ : float
        Of all customers used, time in weeks; NaN on fallback.
    fitted_to_actual_repeats_ : float
        Sum of E[X(T)] over sum of x (as capped), of the customers used; NaN on fallback.
    customers_, repeat_customers_ : int
        Customers used, and those of them with x > 0.
    gates_ : tuple of Gate
        Every gate that was tried.

    References
    ----------
    .. [1] Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting Your Customers" the Easy
       Way: An Alternative to the Pareto/NBD Model. Marketing Science 24 (2), 275-284. Likelihood:
       equation (6); E[X(t)]: equation (9).

    Examples
    --------
    The customers of CDNOW, a shop for compact discs, as published in [1]_:

    >>> import importlib.resources
    >>> import pandas as pd
    >>> cdnow = pd.read_csv(
    ...     importlib.resources.files("lifetimes") / "datasets" / "cdnow_customers_summary.csv"
    ... )
    >>> summary = pd.DataFrame(
    ...     {
    ...         "repeat_order_days": cdnow["frequency"],
    ...         "age_at_last_order_days": 7 * cdnow["recency"],
    ...         "customer_age_days": 7 * cdnow["T"],
    ...     }
    ... )
    >>> model = BetaGeoModel().fit(summary)
    >>> model.status_
    'ok'
    >>> [round(estimate, 3) for estimate in model.parameters_]
    [0.243, 4.414, 0.793, 2.426]
    >>> round(model.log_likelihood_, 1)
    -9582.4
    >>> BetaGeoModel().fit(summary.head(50)).status_reason_
    'The fit needs at least 100 customers who came back; there are 18.'
    """

    parameters_type = BetaGeoParameters

    def __init__(
        self,
        minimum_repeat_customers=MINIMUM_REPEAT_CUSTOMERS,
        cap_repeats=True,
        starting_parameters=None,
    ):
        self.minimum_repeat_customers = minimum_repeat_customers
        self.cap_repeats = cap_repeats
        self.starting_parameters = starting_parameters

    def fit(self, X, y=None):
        """
        Estimate r, alpha, a and b.

        Parameters
        ----------
        X : pandas.DataFrame
            The summary: ``repeat_order_days`` (x), ``age_at_last_order_days`` (t_x, days) and
            ``customer_age_days`` (T, days); the order of the rows does not matter.
        y : None
            Ignored; there by convention.

        Returns
        -------
        BetaGeoModel

        Raises
        ------
        TypeError, ValueError
            If X is no DataFrame, lacks a column or has one that is not numeric.
        """
        history = read_history(X)
        used = history[history["usable"]]
        repeats = used["x"].to_numpy()
        cap = _cap(repeats) if self.cap_repeats else np.inf
        capped = np.minimum(repeats, cap)
        self.customers_ = len(used)
        self.repeat_customers_ = int((repeats > 0).sum())
        data = compress(used[["x", "t_x", "T"]].assign(x=capped), Histories)
        data_gates = [
            _capped_repeats_gate(repeats, capped),
            _left_out_gate(
                len(history) - len(used),
                len(history),
                "their history is incomplete or contradicts itself",
            ),
        ]
        self._learn(data, data_gates)
        self.fitted_to_actual_repeats_ = np.nan
        if self.parameters_ is not None:
            self.fitted_to_actual_repeats_ = _fitted_to_actual_repeats(self.parameters_, data)
        return self

    def _starts(self, data):
        end = data.T.max()
        mean_rate = (data.weight * data.x).sum() / (data.weight * data.T).sum()
        if self.starting_parameters is not None:
            yield self.parameters_type(*self.starting_parameters)
        # where lifetimes starts; a shop of this order rate; a shop much like CDNOW
        yield BetaGeoParameters(np.exp(0.1), np.exp(0.1) * end, np.exp(0.1), np.exp(0.1))
        yield BetaGeoParameters(0.5, 0.5 / mean_rate, 0.5, 2.0)
        yield BetaGeoParameters(0.25, 0.1 * end, 0.8, 2.5)

    def _climb(self, data, start):
        end = data.T.max()
        scaled_start = np.log([start.r, start.alpha / end, start.a, start.b])
        fitter = _quietly(
            lambda: BetaGeoFitter(penalizer_coef=0).fit(
                data.x, data.t_x, data.T, weights=data.weight, initial_params=scaled_start
            )
        )
        return None if fitter is None else BetaGeoParameters(*fitter.params_)

    def _log_likelihood(self, log_parameters, data):
        return _bg_nbd_log_likelihood(log_parameters, data)

    def _own_gates(self, parameters, data):
        plausible = Gate(
            "parameter_range",
            np.nan,
            bool(
                0.01 < parameters.r < 20
                and 0.01 < parameters.a < 50
                and parameters.alpha < 10 * data.T.max()
            ),
            FALLBACK,
            "No plausible shop fits these customers (best: r {:.3g}, alpha {:.3g} weeks, a {:.3g}, "
            "b {:.3g}).".format(*parameters),
        )
        if not plausible.passed:
            return [plausible]
        ratio = _fitted_to_actual_repeats(parameters, data)
        miss = abs(ratio - 1)
        return [
            plausible,
            Gate(
                "fitted_to_actual_repeats",
                ratio,
                bool(miss < 0.05),
                WARN if miss < 0.25 else FALLBACK,
                f"The model gives {ratio:.1%} of the repeat orders it was fitted to.",
            ),
        ]


class GammaGammaModel(_MaximumLikelihoodModel):
    """
    Gamma-Gamma: what a customer spends per order, on average.

    Assumptions
    -----------
    1. The value of one customer's orders varies at random around a mean, by a gamma distribution
       with shape p and rate nu.
    2. nu differs across customers by a gamma distribution with shape q and rate v.
    3. How much a customer spends per order is unrelated to how often they order; the Spearman
       correlation of x and m tells how far that holds.

    Parameters
    ----------
    minimum_repeat_customers : int, default=100
        With fewer customers who came back and spent (x > 0, m > 0) nothing is fitted.
    starting_parameters : GammaGammaParameters, optional
        Where to start, for example the parameters of the previous build; other starts follow only
        if this one fails.

    Attributes
    ----------
    status_ : {"ok", "warn", "fallback"}
        See the table of gates in the module's docstring.
    status_reason_ : str or None
        The sentences of the gates that failed; None if none did.
    parameters_ : GammaGammaParameters or None
        Maximum-likelihood estimates, no penalty. None on fallback.
    standard_errors_ : GammaGammaParameters or None
        Their standard errors.
    covariance_ : ndarray of shape (3, 3) or None
        Their covariance, from the Hessian of the log-likelihood.
    log_likelihood_ : float
        Of all customers used; NaN on fallback.
    pearson_correlation_, spearman_correlation_ : float
        Of x and m; NaN where one of them does not vary.
    customers_, repeat_customers_ : int
        Customers with a usable x, and those of them used: x > 0 and m > 0.
    gates_ : tuple of Gate
        Every gate that was tried.

    References
    ----------
    .. [1] Fader, P. S. and Hardie, B. G. S. (2013). The Gamma-Gamma Model of Monetary Value.
       http://www.brucehardie.com/notes/025/. Likelihood: equation (1a).

    Examples
    --------
    >>> import importlib.resources
    >>> import pandas as pd
    >>> cdnow = pd.read_csv(
    ...     importlib.resources.files("lifetimes")
    ...     / "datasets"
    ...     / "cdnow_customers_summary_with_transactions.csv"
    ... )
    >>> summary = pd.DataFrame(
    ...     {"repeat_order_days": cdnow["x"], "mean_repeat_spend": cdnow["zbar"]}
    ... )
    >>> model = GammaGammaModel().fit(summary)
    >>> model.status_
    'ok'
    >>> [round(estimate, 2) for estimate in model.parameters_]
    [6.25, 3.74, 15.45]
    """

    parameters_type = GammaGammaParameters

    def __init__(self, minimum_repeat_customers=MINIMUM_REPEAT_CUSTOMERS, starting_parameters=None):
        self.minimum_repeat_customers = minimum_repeat_customers
        self.starting_parameters = starting_parameters

    def fit(self, X, y=None):
        """
        Estimate p, q and v.

        Parameters
        ----------
        X : pandas.DataFrame
            The summary: ``repeat_order_days`` (x) and ``mean_repeat_spend`` (m, money); the order
            of the rows does not matter. Customers with x = 0 have no say, whatever their m.
        y : None
            Ignored; there by convention.

        Returns
        -------
        GammaGammaModel

        Raises
        ------
        TypeError, ValueError
            If X is no DataFrame, lacks a column or has one that is not numeric.
        """
        spend = read_spend(X)
        used = spend[spend["informative"]]
        self.customers_ = int(spend["usable"].sum())
        self.repeat_customers_ = len(used)
        self.pearson_correlation_, self.spearman_correlation_ = _correlations(used)
        left_out = int((~spend["usable"] | ((spend["x"] > 0) & ~spend["informative"])).sum())
        correlation = self.spearman_correlation_
        data_gates = [
            Gate(
                "spearman_x_m",
                correlation,
                not abs(correlation) >= 0.3,
                WARN,
                f"Spend per order goes with the number of orders (Spearman {correlation:.2f}), "
                "which the model denies.",
            ),
            _left_out_gate(
                left_out, left_out + len(used), "no positive mean spend is known of them"
            ),
        ]
        return self._learn(compress(used[["x", "m"]], Spends), data_gates)

    def _starts(self, data):
        mean = (data.weight * data.x * data.m).sum() / (data.weight * data.x).sum()
        if self.starting_parameters is not None:
            yield self.parameters_type(*self.starting_parameters)
        # where lifetimes starts; like CDNOW; orders of one customer that vary more
        yield GammaGammaParameters(np.exp(0.1), np.exp(0.1), np.exp(0.1) * mean)
        yield GammaGammaParameters(6.0, 4.0, 0.5 * mean)
        yield GammaGammaParameters(2.0, 3.0, 1.0 * mean)

    def _climb(self, data, start):
        mean = (data.weight * data.x * data.m).sum() / (data.weight * data.x).sum()
        scaled_start = np.log([start.p, start.q, start.v / mean])
        fitter = _quietly(
            lambda: GammaGammaFitter(penalizer_coef=0).fit(
                data.x, data.m / mean, weights=data.weight, initial_params=scaled_start
            )
        )
        if fitter is None:
            return None
        p, q, v = fitter.params_
        return GammaGammaParameters(p, q, v * mean)

    def _log_likelihood(self, log_parameters, data):
        return _gamma_gamma_log_likelihood(log_parameters, data)

    def _own_gates(self, parameters, data):
        return [
            Gate(
                "q",
                parameters.q,
                bool(parameters.q > 1.05),
                FALLBACK,
                f"The best fit has no finite mean spend, or nearly (q {parameters.q:.3g}).",
            )
        ]


def _cap(repeats):
    """Limit for x in the fit; "lower" quantiles, so that the largest x cannot set its own limit."""
    if len(repeats) == 0:
        return np.inf
    high, highest = np.quantile(repeats, [0.99, 0.999], method="lower")
    return max(highest, 5 * max(high, 1))


def _quietly(fit):
    """Run a lifetimes fit on one thread without a word; None if it fails."""
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stdout(io.StringIO()),
        threadpool_limits(limits=1),
    ):
        warnings.simplefilter("ignore")
        try:
            return fit()
        except (ValueError, ArithmeticError):
            return None


def _bg_nbd_log_likelihood(log_parameters, data):
    """Equation (6) of the BG/NBD paper and its gradient by the logs of the parameters."""
    r, alpha, a, b = parameters = np.exp(log_parameters)
    x, t_x, T, weight = data
    repeated = x > 0
    log_alive = -(r + x) * np.log(alpha + T)
    log_left = np.full(len(x), -np.inf)
    log_left[repeated] = (
        np.log(a) - np.log(b + x[repeated] - 1) - (r + x[repeated]) * np.log(alpha + t_x[repeated])
    )
    log_either = np.logaddexp(log_alive, log_left)
    left = np.exp(log_left - log_either)
    values = (
        gammaln(r + x)
        - gammaln(r)
        + r * np.log(alpha)
        + betaln(a, b + x)
        - betaln(a, b)
        + log_either
    )
    leaving = digamma(a + b) - digamma(a + b + x)
    by_b = np.where(repeated, left / np.where(repeated, b + x - 1, 1), 0)
    gradient = np.array(
        [
            digamma(r + x)
            - digamma(r)
            + np.log(alpha)
            - (1 - left) * np.log(alpha + T)
            - left * np.log(alpha + t_x),
            r / alpha - (r + x) * ((1 - left) / (alpha + T) + left / (alpha + t_x)),
            leaving + left / a,
            leaving + digamma(b + x) - digamma(b) - by_b,
        ]
    )
    return weight @ values, parameters * (gradient @ weight)


def _gamma_gamma_log_likelihood(log_parameters, data):
    """Equation (1a) of the Gamma-Gamma note and its gradient by the logs of the parameters."""
    p, q, v = parameters = np.exp(log_parameters)
    x, m, weight = data
    shape = p * x
    values = (
        gammaln(shape + q)
        - gammaln(shape)
        - gammaln(q)
        + q * np.log(v)
        + (shape - 1) * np.log(m)
        + shape * np.log(x)
        - (shape + q) * np.log(x * m + v)
    )
    by_shape = digamma(shape + q) - digamma(shape) + np.log(m) + np.log(x) - np.log(x * m + v)
    gradient = np.array(
        [
            x * by_shape,
            digamma(shape + q) - digamma(q) + np.log(v) - np.log(x * m + v),
            q / v - (shape + q) / (x * m + v),
        ]
    )
    return weight @ values, parameters * (gradient @ weight)


def _hessian(gradient, point, step=1e-4):
    """Central differences of an exact gradient, made symmetric."""
    steps = step * np.eye(len(point))
    rows = np.array([(gradient(point + h) - gradient(point - h)) / (2 * step) for h in steps])
    return (rows + rows.T) / 2


def _log_covariance(hessian, size):
    """Covariance of the log parameters from the Hessian of the mean log-likelihood."""
    return np.linalg.inv(-hessian) / size


def _identification_gates(curvatures, log_covariance):
    condition = curvatures.max() / curvatures.min()
    widest = np.sqrt(np.diag(log_covariance)).max()
    return [
        Gate(
            "condition",
            condition,
            bool(condition < 1e4),
            WARN,
            f"The parameters are hard to tell apart (condition {condition:.1e}).",
        ),
        Gate(
            "standard_errors",
            widest,
            bool(widest < 1),
            WARN,
            f"A parameter is uncertain by a factor of {np.exp(min(widest, 50)):.3g}.",
        ),
    ]


def _capped_repeats_gate(repeats, capped):
    total = repeats.sum()
    share = (repeats - capped).sum() / total if total > 0 else 0.0
    return Gate(
        "capped_repeats",
        share,
        bool(share < 0.01),
        WARN,
        f"{share:.1%} of the repeat orders were capped away in the fit; "
        f"customers of extreme frequency: {(repeats > capped).sum():,}.",
    )


def _left_out_gate(left_out, total, why):
    share = left_out / total if total else 0.0
    return Gate(
        "left_out",
        share,
        bool(share < 0.01),
        WARN,
        f"{left_out:,} of {total:,} customers took no part in the fit: {why}.",
    )


def _verdict(gates):
    """Return the status that the gates amount to and the sentences behind it."""
    failed = [gate for gate in gates if not gate.passed]
    if not failed:
        return OK, None
    status = FALLBACK if any(gate.otherwise == FALLBACK for gate in failed) else WARN
    return status, " ".join(gate.sentence for gate in failed)


def _fitted_to_actual_repeats(parameters, data):
    age, position = np.unique(data.T, return_inverse=True)
    expected = expected_orders_of_new_customer(parameters, DAYS_PER_WEEK * age)[position]
    return float((data.weight @ expected) / (data.weight @ data.x))


def _correlations(used):
    """Pearson and Spearman correlation of x and m; NaN where one does not vary."""
    if used["x"].nunique() < 2 or used["m"].nunique() < 2:
        return np.nan, np.nan
    return tuple(float(test(used["x"], used["m"]).statistic) for test in (pearsonr, spearmanr))
