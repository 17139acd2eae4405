"""
Gamma-Gamma, fitted by maximum likelihood, with a verdict on its own fit.

Status, rungs and gates are those of `clientele.btyd_models`.
"""

import numpy as np

from clientele.btyd_fitters import GammaGammaFitter
from clientele.btyd_formulas import GammaGammaParameters
from clientele.btyd_gates import FALLBACK, MINIMUM_REPEAT_CUSTOMERS, WARN, Gate, left_out_gate
from clientele.btyd_ladder import MaximumLikelihoodModel
from clientele.btyd_likelihoods import GammaGammaLikelihood, pieces
from clientele.btyd_summary import distinct_spends


class GammaGammaModel(MaximumLikelihoodModel):
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
    last_good_parameters : GammaGammaParameters, optional
        What to use, with status warn, if nothing can be fitted.
    heuristic : bool, default=False
        Whether, if nothing can be fitted and there is nothing else, a typical shop with the mean
        spend of these customers is taken, with status fallback.

    Attributes
    ----------
    status_ : {"ok", "warn", "fallback"}
        See `clientele.btyd_gates`.
    status_reason_ : str or None
        The sentences of the gates that failed; None if none did.
    rung_ : {"newton", "lifetimes", "map", "last_good", "heuristic", "none"}
        Where the parameters come from: see `clientele.btyd_ladder`.
    parameters_ : GammaGammaParameters or None
        None on rung none.
    standard_errors_ : GammaGammaParameters or None
        Their standard errors; None unless fitted.
    covariance_ : ndarray of shape (3, 3) or None
        Their covariance, from the Hessian of the log-likelihood.
    log_likelihood_ : float
        Of all customers used, without the prior; NaN unless fitted.
    gradient_, condition_, passes_, seconds_ : float
        As in `BetaGeoModel`.
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

    _stock = GammaGammaFitter

    def __init__(
        self,
        minimum_repeat_customers=MINIMUM_REPEAT_CUSTOMERS,
        starting_parameters=None,
        last_good_parameters=None,
        heuristic=False,
    ):
        self.minimum_repeat_customers = minimum_repeat_customers
        self.starting_parameters = starting_parameters
        self.last_good_parameters = last_good_parameters
        self.heuristic = heuristic

    def fit(self, X, y=None):
        """
        Estimate p, q and v.

        Parameters
        ----------
        X : pandas.DataFrame
            The summary: ``repeat_order_days`` (x) and ``mean_repeat_spend`` (m, money); the order
            of the rows does not matter. Customers with x = 0 have no say, whatever their m. A
            column ``customers`` says how many customers a row stands for.
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
        data, correlation, self.customers_, left_out = distinct_spends(X)
        self.repeat_customers_ = int(data.weight.sum())
        self._mean = _mean_spend(data)
        self.pearson_correlation_ = _correlation(data)
        self.spearman_correlation_ = correlation
        data_gates = [
            Gate(
                "spearman_x_m",
                correlation,
                not abs(correlation) >= 0.3,
                WARN,
                f"Spend per order goes with the number of orders (Spearman {correlation:.2f}), "
                "which the model denies.",
            ),
            left_out_gate(
                left_out,
                left_out + self.repeat_customers_,
                "no positive mean spend is known of them",
            ),
        ]
        return self._learn(data, data_gates)

    def _starts(self, data):
        if self.starting_parameters is not None:
            yield self.parameters_type(*self.starting_parameters)
        # like CDNOW; orders of one customer that vary more; where lifetimes starts
        yield self._typical(data)
        yield GammaGammaParameters(2.0, 3.0, self._mean)
        yield GammaGammaParameters(np.exp(0.1), np.exp(0.1), np.exp(0.1) * self._mean)

    def _typical(self, data):
        return GammaGammaParameters(6.0, 4.0, 0.5 * self._mean)

    @staticmethod
    def _likelihood(data):
        return GammaGammaLikelihood((data.x, data.m, data.weight))

    def _arguments(self, data):
        spend = data.m / self._mean
        return {"frequency": data.x, "monetary_value": spend, "weights": data.weight}

    def _scaled(self, parameters, data):
        p, q, v = parameters
        return p, q, v / self._mean

    def _from_stock(self, fitter, data):
        p, q, v = map(float, fitter.params_)
        return GammaGammaParameters(p, q, v * self._mean)

    def _own_gates(self, parameters, data, with_prior):
        p, q, _ = parameters
        finite_mean = f"The best fit has no finite mean spend, or nearly (q {q:.3g})."
        varying = f"One customer's orders hardly vary (p {p:.3g})."
        gates = [Gate("q", q, bool(q > 1.05), FALLBACK, finite_mean)]
        return gates + [Gate("p", p, bool(p < 1000), FALLBACK, varying)] * with_prior


def _mean_spend(data):
    if not len(data.x):
        return np.nan
    return _mean(data.m, data, lambda rows: data.weight[rows] * data.x[rows])


def _correlation(data):
    """Pearson's correlation of x and m; NaN where one does not vary."""
    x, m, weight = data
    if len(x) == 0 or x.min() == x.max() or m.min() == m.max():
        return np.nan
    means = [_mean(column, data, lambda rows: weight[rows]) for column in (x, m)]
    moments = np.zeros(3)
    for rows in pieces(0, len(x)):
        orders, spend = x[rows] - means[0], m[rows] - means[1]
        weighted = weight[rows] * orders
        moments += weighted @ spend, weighted @ orders, (weight[rows] * spend) @ spend
    return float(moments[0] / np.sqrt(moments[1] * moments[2]))


def _mean(column, data, weight_of):
    """Return the weighted mean, by pieces, whose sums do not depend on the number of threads."""
    sums = sum(
        np.array([weight_of(rows) @ column[rows], weight_of(rows).sum()])
        for rows in pieces(0, len(column))
    )
    return float(sums[0] / sums[1])
