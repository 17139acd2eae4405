"""
BG/NBD, MBG/NBD and Pareto/NBD, fitted by maximum likelihood, each with a verdict on its own fit.

A fit ends with a status: **ok**; **warn**: predictions are given, with a reason to be careful;
**fallback**: there is a reason, and there are no parameters (or, if asked for, a guess). How the
parameters are found is in `clientele.btyd_ladder`, what they have to pass in
`clientele.btyd_gates`.
"""

from functools import partial

import numpy as np

from clientele.btyd_fitters import (
    BetaGeoFitter,
    ModifiedBetaGeoFitter,
)
from clientele.btyd_gates import (
    FALLBACK,
    MINIMUM_REPEAT_CUSTOMERS,
    Gate,
    capped_repeats_gate,
    fitted_to_actual_repeats_gate,
    left_out_gate,
)
from clientele.btyd_ladder import MaximumLikelihoodModel
from clientele.btyd_likelihoods import BetaGeoLikelihood
from clientele.btyd_predictions import (
    BetaGeoParameters,
    ModifiedBetaGeoParameters,
    expected_orders_of_new_customer,
)
from clientele.btyd_summary import (
    DAYS_PER_WEEK,
    distinct_histories,
    positions_of_equal,
)
from clientele.pareto_nbd import ParetoLikelihood, ParetoParameters


class BetaGeoModel(MaximumLikelihoodModel):
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
    last_good_parameters : BetaGeoParameters, optional
        What to use, with status warn, if nothing can be fitted.
    heuristic : bool, default=False
        Whether, if nothing can be fitted and there is nothing else, a typical shop of the pace of
        these customers is taken, with status fallback.

    Attributes
    ----------
    status_ : {"ok", "warn", "fallback"}
        See `clientele.btyd_gates`.
    status_reason_ : str or None
        The sentences of the gates that failed; None if none did.
    rung_ : {"newton", "lifetimes", "map", "last_good", "heuristic", "none"}
        Where the parameters come from: see `clientele.btyd_ladder`.
    parameters_ : BetaGeoParameters or None
        Time in weeks. None on rung none.
    standard_errors_ : BetaGeoParameters or None
        Their standard errors; None unless fitted.
    covariance_ : ndarray of shape (4, 4) or None
        Their covariance, from the Hessian of the log-likelihood.
    log_likelihood_ : float
        Of all customers used, time in weeks, without the prior; NaN unless fitted.
    gradient_, condition_ : float
        Largest component of the gradient, and condition number of the Hessian, both of the mean
        log-likelihood by the logarithms of the parameters.
    passes_ : int
        How many times the likelihood was computed.
    seconds_ : float
        What the fit took.
    fitted_to_actual_repeats_ : float
        Sum of E[X(T)] over sum of x (as capped), of the customers used; NaN without
        parameters.
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

    _stock = BetaGeoFitter
    _likelihood = staticmethod(BetaGeoLikelihood)

    def __init__(
        self,
        minimum_repeat_customers=MINIMUM_REPEAT_CUSTOMERS,
        cap_repeats=True,
        starting_parameters=None,
        last_good_parameters=None,
        heuristic=False,
    ):
        self.minimum_repeat_customers = minimum_repeat_customers
        self.cap_repeats = cap_repeats
        self.starting_parameters = starting_parameters
        self.last_good_parameters = last_good_parameters
        self.heuristic = heuristic

    def fit(self, X, y=None):
        """
        Estimate r, alpha, a and b.

        Parameters
        ----------
        X : pandas.DataFrame
            The summary: ``repeat_order_days`` (x), ``age_at_last_order_days`` (t_x, days) and
            ``customer_age_days`` (T, days); the order of the rows does not matter. A column
            ``customers`` says how many customers a row stands for.
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
        data, left_out = distinct_histories(X)
        cap = _cap(data.x, data.weight) if self.cap_repeats else np.inf
        self.customers_ = int(data.weight.sum())
        self.repeat_customers_ = int(data.weight[data.x > 0].sum())
        repeats = data.x
        data = data._replace(x=np.minimum(repeats, cap))
        data_gates = [
            capped_repeats_gate(repeats, data.x, data.weight),
            left_out_gate(
                left_out,
                left_out + self.customers_,
                "their history is incomplete or contradicts itself",
            ),
        ]
        self._learn(data, data_gates)
        self.fitted_to_actual_repeats_ = np.nan
        if self.parameters_ is not None and self.repeat_customers_ > 0:
            known = {gate.name: gate.value for gate in self.gates_}
            self.fitted_to_actual_repeats_ = (
                known["fitted_to_actual_repeats"]
                if self.standard_errors_ is not None
                else _fitted_to_actual_repeats(self.parameters_, data)
            )
        return self

    def _starts(self, data):
        if self.starting_parameters is not None:
            yield self.parameters_type(*self.starting_parameters)
        # a shop of this order rate; one much like CDNOW; where lifetimes starts
        end = data.T.max()
        yield self._typical(data)
        yield self.parameters_type(0.25, 0.1 * end, 0.8, 2.5)
        yield self.parameters_type(np.exp(0.1), np.exp(0.1) * end, np.exp(0.1), np.exp(0.1))

    def _typical(self, data):
        days = (data.weight * data.T).sum()
        mean_rate = (data.weight * data.x).sum() / days
        return self.parameters_type(0.5, 0.5 / mean_rate, 0.8, 2.5)

    def _arguments(self, data):
        return {"frequency": data.x, "recency": data.t_x, "T": data.T, "weights": data.weight}

    def _scaled(self, parameters, data):
        r, alpha, a, b = parameters
        return r, alpha / data.T.max(), a, b

    def _from_stock(self, fitter, data):
        return self.parameters_type(*fitter.params_)

    def _is_plausible(self, parameters, data, with_prior):
        r, alpha, a, _ = parameters
        lowest, widening = (0, 10) if with_prior else (0.01, 1)
        oldest = data.T.max()
        return 0.01 < r < 20 * widening and lowest < a < 50 and alpha < 10 * widening * oldest

    def _own_gates(self, parameters, data, with_prior):
        best = ", ".join(f"{name} {value:.3g}" for name, value in parameters._asdict().items())
        plausible = Gate(
            "parameter_range",
            np.nan,
            bool(self._is_plausible(parameters, data, with_prior)),
            FALLBACK,
            f"No plausible shop fits these customers (best, in weeks: {best}).",
        )
        if not plausible.passed:
            return [plausible]
        ratio = _fitted_to_actual_repeats(parameters, data)
        return [plausible, fitted_to_actual_repeats_gate(ratio)]


class ModifiedBetaGeoModel(BetaGeoModel):
    """
    MBG/NBD: as BG/NBD, but customers may leave right after the first order.

    It differs from `BetaGeoModel` in assumption 3 alone: after every order, the first included,
    the customer leaves for good with probability p. So P(alive) of one-time buyers is below 1.

    See `BetaGeoModel` for parameters, attributes and methods.

    References
    ----------
    .. [1] Batislam, E. P., Denizel, M. and Filiztekin, A. (2007). Empirical Validation and
       Comparison of Models for Customer Base Analysis. International Journal of Research in
       Marketing 24 (3), 201-209.

    Examples
    --------
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
    >>> [round(estimate, 3) for estimate in ModifiedBetaGeoModel().fit(summary).parameters_]
    [0.525, 6.183, 0.891, 1.614]
    """

    parameters_type = ModifiedBetaGeoParameters
    _stock = ModifiedBetaGeoFitter
    _likelihood = staticmethod(partial(BetaGeoLikelihood, leaves_before_first_repeat=True))


class ParetoModel(BetaGeoModel):
    """
    Pareto/NBD: as BG/NBD, but customers leave at any moment, whether they order or not.

    It differs from `BetaGeoModel` in assumptions 3 and 4: a customer leaves at a constant rate mu,
    and mu differs across customers by a gamma distribution with shape s and rate beta.

    See `BetaGeoModel` for parameters, attributes and methods. There is no rung lifetimes: its
    search without derivatives takes hours where there are many customers.

    References
    ----------
    .. [1] Schmittlein, D. C., Morrison, D. G. and Colombo, R. (1987). Counting Your Customers: Who
       Are They and What Will They Do Next? Management Science 33 (1), 1-24.

    Examples
    --------
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
    >>> model = ParetoModel().fit(summary)
    >>> [round(estimate, 3) for estimate in model.parameters_], round(model.log_likelihood_, 1)
    ([0.553, 10.578, 0.606, 11.668], -9595.0)
    """

    parameters_type = ParetoParameters
    _likelihood = staticmethod(ParetoLikelihood)

    def _starts(self, data):
        if self.starting_parameters is not None:
            yield self.parameters_type(*self.starting_parameters)
        end = data.T.max()
        yield self._typical(data)
        yield ParetoParameters(0.5, 0.25 * end, 0.6, 0.3 * end)
        yield ParetoParameters(1.5, 0.5 * end, 0.2, 0.05 * end)

    def _typical(self, data):
        r, alpha, _, _ = super()._typical(data)
        return ParetoParameters(r, alpha, 0.6, alpha)

    def _climb_by_lifetimes(self, data, start):
        return None

    def _is_plausible(self, parameters, data, with_prior):
        r, alpha, s, beta = parameters
        lowest, widening = (0, 10) if with_prior else (0.01, 1)
        latest = 10 * widening * data.T.max()
        return 0.01 < r < 20 * widening and lowest < s < 20 and max(alpha, beta) < latest


def _cap(repeats, customers=None):
    """Limit for x in the fit; "lower" quantiles, so that the largest x cannot set its own limit."""
    if len(repeats) == 0:
        return np.inf
    order = np.argsort(repeats)
    ranks = np.cumsum(np.ones(len(repeats)) if customers is None else customers[order])
    high, highest = (
        repeats[order][np.searchsorted(ranks, np.floor(share * (ranks[-1] - 1)), side="right")]
        for share in (0.99, 0.999)
    )
    return max(highest, 5 * max(high, 1))


def _fitted_to_actual_repeats(parameters, data):
    first, position = positions_of_equal(np.zeros(len(data.T)), data.T)
    expected = expected_orders_of_new_customer(parameters, DAYS_PER_WEEK * data.T[first])
    customers = np.bincount(position, weights=data.weight)
    return float((customers @ expected) / (data.weight @ data.x))
