"""
The challengers of the backtest: each forecasts orders and money per customer from one cut-off.

======================= ==========================================================================
challenger              forecast
======================= ==========================================================================
bg_nbd                  BG/NBD, times Gamma-Gamma on the repeat purchases: the textbook
bg_nbd_all_spend        the same, but Gamma-Gamma sees the first purchase too
mbg_nbd                 MBG/NBD in place of BG/NBD
pareto_nbd              Pareto/NBD in place of BG/NBD
bg_nbd_seasonal         BG/NBD on a seasonal clock: see `clientele.seasonal_clock`
gradient_boosting       regression trees, which learnt one horizon earlier
last_period             what the customer did in the last days, as many as the horizon has
recency                 whoever bought in the last days, half a horizon, goes on at their pooled
                        pace; nobody else
======================= ==========================================================================

The last two are baselines: what a model has to beat. They never become the champion.
"""

from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from clientele.btyd_formulas import alive, orders_if_alive
from clientele.btyd_gates import FALLBACK, OK, WARN
from clientele.btyd_models import BetaGeoModel, ModifiedBetaGeoModel, ParetoModel
from clientele.btyd_predictions import expected_order_value, pooled_order_value
from clientele.btyd_spend import GammaGammaModel
from clientele.btyd_summary import DAYS_PER_WEEK, positions_of_equal
from clientele.seasonal_clock import SeasonalClock

FEATURES = (
    "repeat_order_days",
    "age_at_last_order_days",
    "customer_age_days",
    "days_since_last_order",
    "mean_spend",
    "first_purchase_value",
    "recent_order_days",
    "recent_value",
)
MINIMUM_TRAINING_CUSTOMERS = 200


class Forecast(NamedTuple):
    """
    What a challenger says of the horizon.

    Attributes
    ----------
    orders, money : ndarray of shape (n,)
        Per customer.
    status, status_reason : str, str or None
        As of the models of lifetime value.
    weekly : ndarray or None
        Orders of all customers up to the end of each whole week; None without a curve.
    """

    orders: np.ndarray
    money: np.ndarray
    status: str = OK
    status_reason: str | None = None
    weekly: np.ndarray | None = None


class CannotForecastError(Exception):
    """A challenger has too little to go by; the message says what is missing."""


class KnownAtCutoff:
    """
    All that a challenger may know at one cut-off, and what several of them need.

    Parameters
    ----------
    histories : pandas.DataFrame
        One row per customer: x, t_x, T and m as in `clientele.btyd_summary`, ``past_value``,
        ``first_purchase_value``, ``recent_order_days`` and ``recent_value``.
    training : pandas.DataFrame
        The same one horizon earlier, with the outcomes ``later_order_days`` and ``later_value``;
        without rows where there is no such time.
    days : pandas.DataFrame
        Purchases per day, as `SeasonalClock.fit` reads them.
    cutoff_date : datetime.date
        The last day that is known.
    horizon_days : int
        How far ahead to forecast.
    random_state : int, default=42
        Seed of the regression trees.
    """

    def __init__(self, histories, training, days, cutoff_date, horizon_days, random_state=42):
        self.histories = histories
        self.training = training
        self.days = days
        self.cutoff_date = pd.Timestamp(cutoff_date)
        self.horizon_days = horizon_days
        self.random_state = random_state

    @cached_property
    def bg_nbd(self):
        """BG/NBD on calendar time."""
        return BetaGeoModel().fit(self.histories)

    @cached_property
    def order_value(self):
        """Return money per order by the textbook, with status and reason."""
        return _order_value(self.histories)

    @cached_property
    def order_value_of_all_spend(self):
        """The same, with the first purchase."""
        orders = self.histories["repeat_order_days"] + 1
        spend = self.histories["past_value"] / orders
        return _order_value(pd.DataFrame({"repeat_order_days": orders, "mean_repeat_spend": spend}))

    @property
    def week_ends(self):
        """Days from the cut-off to the end of each whole week of the horizon."""
        return DAYS_PER_WEEK * np.arange(1, self.horizon_days // DAYS_PER_WEEK + 1)


def _order_value(summary):
    model = GammaGammaModel().fit(summary)
    if model.parameters_ is not None:
        return expected_order_value(model.parameters_, summary), model.status_, model.status_reason_
    pooled = pooled_order_value(summary)
    if np.isnan(pooled):
        raise CannotForecastError(model.status_reason_)
    reason = f"{model.status_reason_} Everybody is given the mean spend of all these days instead."
    return np.full(len(summary), pooled), WARN, reason


def _bought_till_they_die(known, model, order_value, summary=None, horizon=None, week_ends=None):
    """Forecast by a fitted model; summary, horizon and week ends may be on another clock."""
    if model.parameters_ is None:
        raise CannotForecastError(model.status_reason_)
    summary = known.histories if summary is None else summary
    horizon = known.horizon_days if horizon is None else horizon
    week_ends = known.week_ends if week_ends is None else week_ends
    value, spend_status, spend_reason = order_value
    x, t_x, T = (
        summary[name].to_numpy(dtype=float)
        for name in ("repeat_order_days", "age_at_last_order_days", "customer_age_days")
    )
    t_x, T = t_x / DAYS_PER_WEEK, T / DAYS_PER_WEEK
    chances = alive(model.parameters_, x, t_x, T)
    first, position = positions_of_equal(x, T)
    living = np.bincount(position, weights=chances)
    pairs = x[first], T[first]

    def orders_of_pairs(days):
        return orders_if_alive(model.parameters_, *pairs, days / DAYS_PER_WEEK)

    orders = chances * orders_of_pairs(horizon)[position]
    weekly = np.array([living @ orders_of_pairs(days) for days in week_ends])
    status = max(model.status_, spend_status, key=(OK, WARN, FALLBACK).index)
    reasons = (("Orders", model.status_reason_), ("Spend", spend_reason))
    reason = " ".join(f"{about}: {reason}" for about, reason in reasons if reason) or None
    return Forecast(orders, orders * value, status, reason, weekly)


def bg_nbd(known):
    """BG/NBD and Gamma-Gamma as in the textbook."""
    return _bought_till_they_die(known, known.bg_nbd, known.order_value)


def bg_nbd_all_spend(known):
    """BG/NBD, with a Gamma-Gamma that knows the first purchase."""
    return _bought_till_they_die(known, known.bg_nbd, known.order_value_of_all_spend)


def mbg_nbd(known):
    """MBG/NBD and Gamma-Gamma."""
    model = ModifiedBetaGeoModel().fit(known.histories)
    return _bought_till_they_die(known, model, known.order_value)


class ParetoFromOneStart(ParetoModel):
    """Pareto/NBD that climbs once: it takes longest of all, and its fits are not published."""

    def _starts(self, data):
        yield self._typical(data)


def pareto_nbd(known):
    """Pareto/NBD and Gamma-Gamma."""
    model = ParetoFromOneStart().fit(known.histories)
    return _bought_till_they_die(known, model, known.order_value)


def bg_nbd_seasonal(known):
    """BG/NBD on a seasonal clock, and Gamma-Gamma."""
    if known.bg_nbd.parameters_ is None:
        raise CannotForecastError(known.bg_nbd.status_reason_)
    clock = SeasonalClock().fit(known.days, known.bg_nbd.parameters_, known.cutoff_date)
    summary = clock.summary(known.histories, known.cutoff_date)
    model = BetaGeoModel().fit(summary)

    def passed(days):
        return clock.days(known.cutoff_date + pd.Timedelta(days=int(days)), [days])[0]

    return _bought_till_they_die(
        known,
        model,
        known.order_value,
        summary,
        passed(known.horizon_days),
        np.array([passed(days) for days in known.week_ends]),
    )


def gradient_boosting(known):
    """Regression trees under Poisson loss, one for orders and one for money."""
    if len(known.training) < MINIMUM_TRAINING_CUSTOMERS:
        raise CannotForecastError(
            f"One horizon before the cut-off {len(known.training)} customers are known to learn "
            f"from; it needs {MINIMUM_TRAINING_CUSTOMERS}."
        )
    learnt_from, asked = _features(known.training), _features(known.histories)
    forecasts = []
    for outcome in ("later_order_days", "later_value"):
        brought = known.training[outcome].to_numpy(dtype=float).clip(min=0)
        if not brought.sum() > 0:
            raise CannotForecastError("Nobody bought in the horizon before the cut-off.")
        trees = HistGradientBoostingRegressor(
            loss="poisson",
            max_iter=60,
            max_leaf_nodes=8,
            min_samples_leaf=40,
            early_stopping=False,
            random_state=known.random_state,
        )
        with threadpool_limits(limits=1):
            forecasts.append(trees.fit(learnt_from, brought).predict(asked))
    return Forecast(*forecasts)


def _features(histories):
    days_since = histories["customer_age_days"] - histories["age_at_last_order_days"]
    mean_spend = histories["past_value"] / (histories["repeat_order_days"] + 1)
    table = histories.assign(days_since_last_order=days_since, mean_spend=mean_spend)
    return table[list(FEATURES)].to_numpy(dtype=float)


def last_period(known):
    """Everybody does what they did."""
    return Forecast(
        known.histories["recent_order_days"].to_numpy(dtype=float),
        known.histories["recent_value"].to_numpy(dtype=float),
    )


def recency(known):
    """Whoever bought lately goes on at the pooled pace and spend; the others never return."""
    histories = known.histories
    age = histories["customer_age_days"].to_numpy(dtype=float)
    repeats = histories["repeat_order_days"].to_numpy(dtype=float)
    since = age - histories["age_at_last_order_days"].to_numpy(dtype=float)
    active = since < known.horizon_days / 2
    days = age[active].sum()
    rate = repeats[active].sum() / days if days > 0 else 0.0
    purchases = (repeats[active] + 1).sum()
    spend = histories["past_value"].to_numpy(dtype=float)[active].sum()
    orders = np.where(active, rate * known.horizon_days, 0.0)
    return Forecast(orders, orders * (spend / purchases if purchases > 0 else 0.0))


CHALLENGERS = {
    "bg_nbd": bg_nbd,
    "bg_nbd_all_spend": bg_nbd_all_spend,
    "mbg_nbd": mbg_nbd,
    "pareto_nbd": pareto_nbd,
    "bg_nbd_seasonal": bg_nbd_seasonal,
    "gradient_boosting": gradient_boosting,
    "last_period": last_period,
    "recency": recency,
}
