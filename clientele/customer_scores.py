"""Expect of each customer whether and how much money comes in the next period."""

import numpy as np
import pandas as pd
from scipy import special, stats
from sklearn.base import BaseEstimator

from clientele.checks import numeric_columns, require_columns

MODEL_VERSION = "logistic_log_linear_1"
ACTIVITY_PREDICTORS = (
    "recency_days",
    "first_order_age_days",
    "order_count",
    "mean_order_value",
    "max_order_value",
)
SPEND_PREDICTORS = ("log_mean_order_value", "log_max_order_value")
COEFFICIENT_COLUMNS = ("term", "estimate", "standard_error", "z_value", "p_value")
DECILES = 10
# fewer outcomes than this of either kind say nothing, fewer per slope say little
FEWEST = 10
# where the predictors separate the outcomes, each step goes on by about 1 for ever
MAX_STEPS = 30
STEP_TOLERANCE = 1e-9
ALIAS_TOLERANCE = 1e-7


class _LinearTerms:
    """
    Predictors of mean 0 and standard deviation 1, without those that others or none determine.

    Sums are numpy's, not those of a matrix product, whose last digit depends on the number of
    threads.
    """

    def __init__(self, predictors):
        self.names = list(predictors.columns)
        values = predictors.to_numpy(dtype=float).T
        self.means = values.mean(axis=1)
        self.scales = values.std(axis=1)
        self.kept, basis = [], []
        for number, column in enumerate(values):
            if column.min() == column.max():
                continue
            scaled = (column - self.means[number]) / self.scales[number]
            rest = scaled
            for direction in basis:
                rest = rest - (rest * direction).sum() * direction
            length = np.sqrt((rest * rest).sum())
            if length > ALIAS_TOLERANCE * np.sqrt(len(column)):
                self.kept.append(number)
                basis.append(rest / length)

    @property
    def dropped(self):
        return [name for number, name in enumerate(self.names) if number not in self.kept]

    def columns(self, predictors):
        values = predictors.to_numpy(dtype=float).T
        scaled = [(values[k] - self.means[k]) / self.scales[k] for k in self.kept]
        return [np.ones(values.shape[1]), *scaled]

    def table(self, scaled_estimates, scaled_covariance, tail):
        """Give intercept and slopes in the predictors' own units, with errors and p-values."""
        kept = np.array(self.kept, dtype=int)
        back = np.diag(np.r_[1.0, 1 / self.scales[kept]])
        back[0, 1:] = -self.means[kept] / self.scales[kept]
        errors = np.sqrt(np.diag(back @ scaled_covariance @ back.T))
        table = pd.DataFrame(
            np.nan,
            index=range(len(self.names) + 1),
            columns=list(COEFFICIENT_COLUMNS[1:]),
        )
        table.insert(0, "term", ["intercept", *self.names])
        rows = np.r_[0, kept + 1]
        table.loc[rows, "estimate"] = back @ scaled_estimates
        table.loc[rows, "standard_error"] = errors
        with np.errstate(divide="ignore", invalid="ignore"):
            z_values = table["estimate"] / table["standard_error"]
        table["z_value"] = z_values.where(np.isfinite(z_values))
        table["p_value"] = 2 * tail(table["z_value"].abs())
        return table


def _without_estimates(names):
    table = pd.DataFrame({"term": ["intercept", *names]})
    return table.reindex(columns=list(COEFFICIENT_COLUMNS))


def _cross_products(columns, weights=None):
    weighted = columns if weights is None else [column * weights for column in columns]
    products = np.empty((len(columns), len(columns)))
    for row, left in enumerate(weighted):
        for place, right in enumerate(columns[: row + 1]):
            products[row, place] = products[place, row] = (left * right).sum()
    return products


def _combined(columns, estimates):
    total = np.zeros(len(columns[0]))
    for column, estimate in zip(columns, estimates, strict=True):
        total += column * estimate
    return total


def _cautions(dropped, fewest, wanted, what):
    cautions = []
    if fewest < wanted:
        cautions.append(f"Only {fewest} {what}; estimates are steady from {wanted} on.")
    if dropped:
        verb = "is" if len(dropped) == 1 else "are"
        cautions.append(
            f"{', '.join(dropped)} {verb} left out: constant, or given by the other predictors."
        )
    return ("warn", " ".join(cautions)) if cautions else ("ok", None)


class ActivityModel(BaseEstimator):
    """
    Logistic regression of being active in the next period, by maximum likelihood.

    Assumptions
    -----------
    1. The log-odds of being active are linear in the predictors as they are.
    2. Customers are independent of one another.
    3. The next period is like the one that was learnt from: its seasons and offers are the same.

    There is no penalty. Newton's method; the covariance is the inverse of the negative Hessian at
    the maximum [1]_.

    Attributes
    ----------
    coefficients_ : pandas.DataFrame
        One row per term with `COEFFICIENT_COLUMNS`; NaN for a predictor that is left out.
    log_likelihood_, aic_ : float
        Of the customers fitted on; NaN if nothing was fitted.
    status_, status_reason_ : str
        "ok", "warn" or "fallback", and why.

    References
    ----------
    .. [1] McCullagh, P. and Nelder, J. A. (1989). Generalized Linear Models, 2nd ed., section 4.4.

    Examples
    --------
    >>> predictors = pd.DataFrame({"orders": [1.0, 2.0] * 50})
    >>> active = [0, 1, 0, 0, 1, 1, 0, 0, 0, 1] * 10
    >>> model = ActivityModel().fit(predictors, active)
    >>> model.coefficients_["estimate"].round(4).tolist()
    [-3.1781, 1.7918]
    >>> model.predict(pd.DataFrame({"orders": [2.0]})).round(4).tolist()
    [0.6]
    """

    def fit(self, predictors, active):
        """
        Fit the coefficients. Too few customers of either kind, and perfect separation, are told.

        Parameters
        ----------
        predictors : pandas.DataFrame of shape (n_customers, n_predictors)
            Known at the period's start.
        active : array of shape (n_customers,)
            1 for a customer with an order in the period, 0 for another.

        Returns
        -------
        ActivityModel

        Raises
        ------
        ValueError
            If `active` is anything but 0 and 1, or of another length.
        """
        active = np.asarray(active, dtype=float)
        if len(active) != len(predictors) or not np.isin(active, (0, 1)).all():
            raise ValueError("active must be 1 or 0 for each customer.")
        self.coefficients_ = _without_estimates(predictors.columns)
        self.log_likelihood_ = self.aic_ = np.nan
        counts = {"active": int(active.sum()), "not active": int((1 - active).sum())}
        rarer = min(counts, key=counts.get)
        what = f"customers were {rarer} in the period"
        if counts[rarer] < FEWEST:
            self.status_ = "fallback"
            self.status_reason_ = f"Only {counts[rarer]} {what}; at least {FEWEST} are needed."
            return self
        terms = _LinearTerms(predictors)
        columns = terms.columns(predictors)
        estimates, hessian, log_likelihood = _maximised(columns, active)
        if estimates is None:
            self.status_ = "fallback"
            self.status_reason_ = (
                "The predictors tell some active customers from all others without error, "
                "so that no finite estimates are the most likely."
            )
            return self
        self.terms_, self.scaled_estimates_ = terms, estimates
        self.coefficients_ = terms.table(estimates, np.linalg.inv(hessian), stats.norm.sf)
        self.log_likelihood_ = log_likelihood
        self.aic_ = 2 * len(estimates) - 2 * log_likelihood
        wanted = FEWEST * len(predictors.columns)
        self.status_, self.status_reason_ = _cautions(terms.dropped, counts[rarer], wanted, what)
        return self

    def predict(self, predictors):
        """
        Give each customer's probability of being active in the next period.

        Parameters
        ----------
        predictors : pandas.DataFrame
            As in `fit`.

        Returns
        -------
        array of shape (n_customers,)
            NaN if nothing was fitted.
        """
        return special.expit(self.predict_log_odds(predictors))

    def predict_log_odds(self, predictors):
        """Give the logarithm of the odds of being active; NaN if nothing was fitted."""
        if self.status_ == "fallback":
            return np.full(len(predictors), np.nan)
        return _combined(self.terms_.columns(predictors), self.scaled_estimates_)


def _log_likelihood(log_odds, active):
    softplus = np.log1p(np.exp(-np.abs(log_odds))) + np.maximum(log_odds, 0)
    return float((active * log_odds - softplus).sum())


def _maximised(columns, active):
    estimates = np.zeros(len(columns))
    rate = active.mean()
    estimates[0] = np.log(rate / (1 - rate))
    log_odds = _combined(columns, estimates)
    reached = _log_likelihood(log_odds, active)
    for _ in range(MAX_STEPS):
        probability = special.expit(log_odds)
        hessian = _cross_products(columns, probability * (1 - probability))
        slope = np.array([(column * (active - probability)).sum() for column in columns])
        try:
            step = np.linalg.solve(hessian, slope)
        except np.linalg.LinAlgError:
            break
        if np.abs(step).max() < STEP_TOLERANCE:
            return estimates, hessian, reached
        for _ in range(MAX_STEPS):
            tried = _combined(columns, estimates + step)
            likelihood = _log_likelihood(tried, active)
            if likelihood >= reached - 1e-9 * abs(reached):
                break
            step = step / 2
        estimates, log_odds, reached = estimates + step, tried, likelihood
    return None, None, np.nan


class SpendModel(BaseEstimator):
    """
    Log-linear regression of the spend of active customers, by least squares.

    Assumptions
    -----------
    1. The logarithm of spend is linear in those of the mean and of the largest order value.
    2. Its errors are alike for all customers, so that one factor, the mean of their exponentials,
       turns a median into a mean ("smearing" [1]_). They need not be normal.
    3. Who was active but left no money, and whose orders were all returned, says nothing of it.

    Attributes
    ----------
    coefficients_ : pandas.DataFrame
        As of `ActivityModel`; p-values are of Student's t.
    smearing_factor_, r_squared_, residual_standard_error_, log_likelihood_, aic_ : float
        Of log spend, but for the factor. NaN if nothing was fitted.
    customers_ : int
        Customers fitted on.
    status_, status_reason_ : str
        "ok", "warn" or "fallback", and why.

    References
    ----------
    .. [1] Duan, N. (1983). Smearing estimate: a nonparametric retransformation method. Journal of
       the American Statistical Association 78(383), 605-610.

    Examples
    --------
    >>> values = pd.DataFrame(
    ...     {"mean_order_value": np.tile([1.0, 2, 4, 8, 4], 6), "max_order_value": [2.0, 8, 8] * 10}
    ... )
    >>> spend = 3 * values["mean_order_value"] ** 0.5 * values["max_order_value"]
    >>> model = SpendModel().fit(values, spend)
    >>> model.coefficients_["estimate"].round(4).tolist()
    [1.0986, 0.5, 1.0]
    >>> model.predict(pd.DataFrame({"mean_order_value": [4.0, 0], "max_order_value": [10.0, 0]}))
    array([60., nan])
    """

    def fit(self, order_values, spend):
        """
        Fit the coefficients.

        Parameters
        ----------
        order_values : pandas.DataFrame
            Columns ``mean_order_value`` and ``max_order_value`` of the active, in money.
        spend : array of shape (n_customers,)
            Money of the period.

        Returns
        -------
        SpendModel
        """
        spend = np.asarray(spend, dtype=float)
        given = _log_order_values(order_values)
        used = given.notna().all(axis=1).to_numpy() & (spend > 0)
        predictors, log_spend = given[used], np.log(spend[used])
        self.customers_ = len(log_spend)
        self.coefficients_ = _without_estimates(SPEND_PREDICTORS)
        self.smearing_factor_ = self.r_squared_ = self.residual_standard_error_ = np.nan
        self.log_likelihood_ = self.aic_ = np.nan
        what = "active customers left money in the period"
        if self.customers_ < FEWEST:
            self.status_ = "fallback"
            self.status_reason_ = f"Only {self.customers_} {what}; at least {FEWEST} are needed."
            return self
        terms = _LinearTerms(predictors)
        columns = terms.columns(predictors)
        products = _cross_products(columns)
        moments = np.array([(column * log_spend).sum() for column in columns])
        estimates = np.linalg.solve(products, moments)
        residuals = log_spend - _combined(columns, estimates)
        squares = float((residuals**2).sum())
        total = float(((log_spend - log_spend.mean()) ** 2).sum())
        freedom = self.customers_ - len(estimates)
        variance = squares / freedom
        self.terms_, self.scaled_estimates_ = terms, estimates
        self.coefficients_ = terms.table(
            estimates,
            np.linalg.inv(products) * variance,
            lambda z_values: stats.t.sf(z_values, freedom),
        )
        self.smearing_factor_ = float(np.exp(residuals).mean())
        self.r_squared_ = 1 - squares / total if total > 0 else np.nan
        self.residual_standard_error_ = float(np.sqrt(variance))
        if squares > 0:
            mean_square = squares / self.customers_
            self.log_likelihood_ = -self.customers_ / 2 * (np.log(2 * np.pi * mean_square) + 1)
            self.aic_ = 2 * (len(estimates) + 1) - 2 * self.log_likelihood_
        wanted = FEWEST * len(SPEND_PREDICTORS)
        self.status_, self.status_reason_ = _cautions(terms.dropped, self.customers_, wanted, what)
        return self

    def predict_log(self, order_values):
        """Give the expected logarithm of spend; NaN where an order value is not above 0."""
        given = _log_order_values(order_values)
        if self.status_ == "fallback":
            return np.full(len(given), np.nan)
        return _combined(self.terms_.columns(given), self.scaled_estimates_)

    def predict(self, order_values):
        """
        Give the spend that is expected of a customer who is active.

        Parameters
        ----------
        order_values : pandas.DataFrame
            As in `fit`.

        Returns
        -------
        array of shape (n_customers,)
            Money; NaN where nothing was fitted or an order value is not above 0.
        """
        return np.exp(self.predict_log(order_values)) * self.smearing_factor_


def _log_order_values(order_values):
    columns = numeric_columns(
        order_values, ["mean_order_value", "max_order_value"], "the order values"
    )
    logs = np.log(columns.where(columns > 0))
    # with one of them the customer cannot be placed, so both are missing
    logs = logs.where(logs.notna().all(axis=1))
    return logs.set_axis(list(SPEND_PREDICTORS), axis=1)


class CustomerScores(BaseEstimator):
    """
    Score customers: the probability of being active times the spend that is then expected.

    Both models are fitted on the last period (predictors of its first day) for today's scores, and
    once more on the period before it, which is judged on the last one: what it did not see.

    Attributes
    ----------
    scores_ : pandas.DataFrame
        One row per customer of today: ``customer_id``, ``purchase_probability_next_period``,
        ``expected_spend`` and ``score`` in money, ``status``, ``status_reason``, ``model_version``.
    coefficients_ : pandas.DataFrame
        The terms of ``model`` "activity" and "spend", as fitted on the last period.
    models_ : pandas.DataFrame
        One row per model ("activity", "spend", "score") and evaluation ("in_sample",
        "out_of_time").
    deciles_ : pandas.DataFrame
        One row per evaluation, ranking and tenth of the customers, 1 the one with the most promise.

    Examples
    --------
    >>> past = pd.DataFrame({"customer_id": ["a"], "periods_back": [0]})
    >>> past = past.assign(**dict.fromkeys(ACTIVITY_PREDICTORS, 1.0), as_of_date=pd.NaT)
    >>> past = past.assign(is_active_next_period=None, next_period_value=None)
    >>> CustomerScores().fit(past).scores_["status_reason"][0]
    'Only 0 customers were active in the period; at least 10 are needed.'
    """

    def fit(self, customers):
        """
        Fit both models, judge them, and score today's customers.

        Parameters
        ----------
        customers : pandas.DataFrame
            One row per customer and ``periods_back`` (0 today, 1, 2), in customer order:
            ``customer_id``, `ACTIVITY_PREDICTORS`, ``is_active_next_period`` and
            ``next_period_value``.

        Returns
        -------
        CustomerScores

        Raises
        ------
        ValueError
            If a column is missing. Never for too few customers.
        """
        needed = ["customer_id", "periods_back", "is_active_next_period", "next_period_value"]
        require_columns(customers, [*needed, *ACTIVITY_PREDICTORS], "the customers")
        today, last, before = (
            customers[customers["periods_back"] == back].reset_index(drop=True) for back in range(3)
        )
        fitted, earlier = _fit_both(last), _fit_both(before)
        self.scores_ = _scored(today, *fitted)
        self.coefficients_ = pd.concat(
            [
                model.coefficients_.assign(model=name)
                for name, model in zip(("activity", "spend"), fitted, strict=True)
            ],
            ignore_index=True,
        )
        self.models_, deciles = [], []
        for evaluation, models in {"in_sample": fitted, "out_of_time": earlier}.items():
            judged = _scored(last, *models)
            rows = _judged(last, judged, *models, is_in_sample=evaluation == "in_sample")
            self.models_ += [{"evaluation": evaluation, **row} for row in rows]
            deciles.append(_deciles(last, judged).assign(evaluation=evaluation))
        self.models_ = pd.DataFrame(self.models_)
        self.deciles_ = pd.concat(deciles, ignore_index=True)
        return self


def _predictors(customers):
    return numeric_columns(customers, list(ACTIVITY_PREDICTORS), "the customers")


def _outcomes(customers):
    active = customers["is_active_next_period"].astype(bool).to_numpy()
    return active, customers["next_period_value"].to_numpy(dtype=float)


def _fit_both(customers):
    active, spend = _outcomes(customers)
    predictors = _predictors(customers)
    activity = ActivityModel().fit(predictors, active)
    return activity, SpendModel().fit(predictors[active], spend[active])


def _scored(customers, activity, spend):
    predictors = _predictors(customers)
    probability, expected = activity.predict(predictors), spend.predict(predictors)
    status, reason = _worse(activity, spend)
    scores = pd.DataFrame(
        {
            "customer_id": customers["customer_id"],
            "purchase_probability_next_period": probability,
            "expected_spend": expected,
            "score": probability * expected,
            "status": status,
            "status_reason": reason,
            "model_version": MODEL_VERSION,
        }
    )
    if status != "fallback":
        lost = np.isnan(expected)
        scores.loc[lost, "status"] = "warn"
        scores.loc[lost, "status_reason"] = (
            "The customer's orders left no money, of which none can be expected."
        )
    return scores


def _worse(activity, spend):
    models = (activity, spend)
    status = next(
        status
        for status in ("fallback", "warn", "ok")
        if status in [model.status_ for model in models]
    )
    reasons = [model.status_reason_ for model in models if model.status_ == status != "ok"]
    if status == "fallback":
        reasons = reasons[:1]
    return status, " ".join(reasons) or None


def _judged(customers, scores, activity, spend, is_in_sample):
    """Give the fit of both models and of their product on these customers."""
    active, value = _outcomes(customers)
    probability = scores["purchase_probability_next_period"].to_numpy()
    expected = scores["expected_spend"].to_numpy()
    counts = {"customers": len(customers), "active_customers": int(active.sum())}
    status = {"status": activity.status_, "status_reason": activity.status_reason_}
    row = {"model": "activity", **counts, **status}
    if activity.status_ != "fallback" and len(customers):
        row |= {
            "log_likelihood": _log_likelihood(
                activity.predict_log_odds(_predictors(customers)), active.astype(float)
            ),
            "aic": activity.aic_ if is_in_sample else np.nan,
            "auc": _auc(probability, active),
            "brier_score": float(((probability - active) ** 2).mean()),
            "predicted_total": float(probability.sum()),
            "actual_total": float(active.sum()),
        }
    rows = [row]
    used = active & (value > 0) & np.isfinite(expected)
    row = {
        "model": "spend",
        "customers": int(used.sum()) if spend.status_ != "fallback" else spend.customers_,
        "active_customers": counts["active_customers"],
        "status": spend.status_,
        "status_reason": spend.status_reason_,
    }
    if used.any():
        log_value = np.log(value[used])
        residuals = log_value - np.log(expected[used] / spend.smearing_factor_)
        total = ((log_value - log_value.mean()) ** 2).sum()
        row |= {
            "r_squared": 1 - (residuals**2).sum() / total if total > 0 else np.nan,
            "residual_standard_error": spend.residual_standard_error_,
            "smearing_factor": spend.smearing_factor_,
            "log_likelihood": spend.log_likelihood_ if is_in_sample else np.nan,
            "aic": spend.aic_ if is_in_sample else np.nan,
            "predicted_total": float(expected[used].sum()),
            "actual_total": float(value[used].sum()),
        }
    rows.append(row)
    status, reason = _worse(activity, spend)
    row = {"model": "score", **counts, "status": status, "status_reason": reason}
    if status != "fallback":
        row |= {
            "predicted_total": float(np.nansum(scores["score"])),
            "actual_total": float(value.sum()),
        }
    return [*rows, row]


def _auc(probability, active):
    ranks = stats.rankdata(probability)
    positives = active.sum()
    pairs = float(positives) * float((~active).sum())
    if pairs == 0:
        return np.nan
    return float((ranks[active].sum() - positives * (positives + 1) / 2) / pairs)


def _deciles(customers, scores):
    """Give sums by tenth of the customers, ranked by probability and by score, most first."""
    active, value = _outcomes(customers)
    probability = scores["purchase_probability_next_period"].to_numpy()
    score = scores["score"].to_numpy()
    parts = []
    for ranked_by, ranking in (
        ("purchase_probability", probability),
        ("score", score),
    ):
        if np.isnan(ranking).all():
            continue
        # who has no score stands behind those who have one; ties in customer order
        places = np.empty(len(ranking), dtype=int)
        places[np.argsort(-np.nan_to_num(ranking, nan=-np.inf), kind="stable")] = np.arange(
            len(ranking)
        )
        decile = places * DECILES // len(ranking)
        table = pd.DataFrame(
            {
                "ranked_by": ranked_by,
                "decile": np.arange(1, DECILES + 1),
                "customers": np.bincount(decile, minlength=DECILES),
                "active_customers": np.bincount(decile[active], minlength=DECILES),
                "expected_active_customers": np.bincount(decile, probability, DECILES),
                "expected_spend": np.bincount(decile, np.nan_to_num(score), DECILES),
                "actual_spend": np.bincount(decile, value, DECILES),
            }
        )
        if np.isnan(score).all():
            table["expected_spend"] = np.nan
        parts.append(table[table["customers"] > 0])
    columns = [
        "ranked_by",
        "decile",
        "customers",
        "active_customers",
        "expected_active_customers",
        "expected_spend",
        "actual_spend",
    ]
    return pd.concat(parts) if parts else pd.DataFrame(columns=columns)
