"""
The backtest: what every challenger would have forecast on days gone by, against what came.

- `clientele.backtest_challengers`: who forecasts, and from what;
- `clientele.backtest_metrics`: how good a forecast was;
- `clientele.seasonal_clock`: the clock of one of the challengers.

The champion is chosen from these tables in SQL, by the rule of the mart fct_backtest_standings.
"""

import numpy as np
import pandas as pd

from clientele.backtest_challengers import CHALLENGERS, CannotForecastError, KnownAtCutoff
from clientele.backtest_metrics import bucket_calibration, decile_calibration, forecast_metrics
from clientele.btyd_gates import FALLBACK
from clientele.checks import require_columns

HISTORIES = (
    "repeat_order_days",
    "age_at_last_order_days",
    "customer_age_days",
    "mean_repeat_spend",
    "past_value",
    "first_purchase_value",
    "recent_order_days",
    "recent_value",
    "later_order_days",
    "later_value",
)
OUTCOMES = ("later_order_days", "later_value")
CUTOFFS = ("cutoff_number", "cutoff_date", "horizon_days", "training_date", "status")
DAYS = ("history_date", "order_date", "first_purchases", "repeat_purchases")
MEASURES = {"orders": "later_order_days", "money": "later_value"}
NOBODY = "Nobody had bought before the cut-off."


class Backtest:
    """
    Forecast from every cut-off by every challenger, and measure the forecasts.

    Parameters
    ----------
    random_state : int, default=42
        Seed of everything random.
    challengers : dict of str to callable, optional
        Name, and a function of `KnownAtCutoff` that returns a `Forecast` or raises
        `CannotForecastError`; all of `clientele.backtest_challengers` if absent.

    Attributes
    ----------
    metrics_ : pandas.DataFrame
        One row per ``challenger``, ``cutoff_number`` and ``measure`` (orders or money):
        ``customers``, the measures of `clientele.backtest_metrics.forecast_metrics`, ``status`` and
        ``status_reason``. A challenger that cannot forecast has status fallback and no measures.
    calibration_ : pandas.DataFrame
        One row per challenger, cut-off, measure, ``bucket_kind`` (repeat_purchases or
        decile) and ``bucket``: see `clientele.backtest_metrics`.
    tracking_ : pandas.DataFrame
        One row per challenger with a curve, cut-off and ``week_number``: ``predicted_orders`` and
        ``actual_orders`` from the cut-off to the end of the week.
    """

    def __init__(self, random_state=42, challengers=None):
        self.random_state = random_state
        self.challengers = challengers

    def fit(self, cutoffs, histories, days):
        """
        Run the backtest.

        Parameters
        ----------
        cutoffs : pandas.DataFrame
            ``cutoff_number``, ``cutoff_date``, ``horizon_days``, ``training_date`` (missing where
            nothing can be learnt earlier), ``status`` and ``status_reason``; one that is not ok is
            passed on without forecasts.
        histories : pandas.DataFrame
            One row per ``history_date`` and customer, in any order: what is known, as in
            `KnownAtCutoff`, and the outcomes ``later_order_days`` and ``later_value``.
        days : pandas.DataFrame
            One row per ``history_date`` and ``order_date``: ``first_purchases`` and
            ``repeat_purchases`` of these customers, up to the end of the horizon.

        Returns
        -------
        Backtest
        """
        require_columns(cutoffs, CUTOFFS, "the cut-offs")
        require_columns(histories, ("history_date", *HISTORIES), "the histories")
        require_columns(days, DAYS, "the days")
        self._metrics, self._calibration, self._tracking = [], [], []
        histories = dict(iter(histories.groupby("history_date")))
        days = dict(iter(days.groupby("history_date")))
        for cutoff in cutoffs.sort_values("cutoff_number").to_dict("records"):
            self._run(cutoff, histories, days)
        self.metrics_ = pd.DataFrame(self._metrics)
        self.calibration_, self.tracking_ = (
            pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
            for tables in (self._calibration, self._tracking)
        )
        return self

    def _run(self, cutoff, histories, days):
        challengers = CHALLENGERS if self.challengers is None else self.challengers
        date = cutoff["cutoff_date"]
        now = histories.get(date)
        if cutoff["status"] == FALLBACK or now is None:
            reason = cutoff["status_reason"] if cutoff["status"] == FALLBACK else NOBODY
            for name in challengers:
                self._give_up(name, cutoff, 0, reason)
            return
        now = _sorted(now)
        training = histories.get(cutoff["training_date"])
        training = now.head(0) if training is None else _sorted(training)
        daily = days[date].sort_values("order_date")
        daily_dates = pd.to_datetime(daily["order_date"])
        is_past = (daily_dates <= pd.Timestamp(date)).to_numpy()
        known = KnownAtCutoff(
            now.drop(columns=list(OUTCOMES)),
            training,
            daily[is_past],
            date,
            int(cutoff["horizon_days"]),
            self.random_state,
        )
        age = (daily_dates[~is_past] - pd.Timestamp(date)).dt.days.to_numpy()
        later = daily["repeat_purchases"].to_numpy(dtype=float)[~is_past]
        actual_weekly = np.array([later[age <= end].sum() for end in known.week_ends])
        for name, challenger in challengers.items():
            try:
                forecast = challenger(known)
            except CannotForecastError as reason:
                self._give_up(name, cutoff, len(now), str(reason))
            else:
                self._measure(name, cutoff, now, forecast, actual_weekly)

    def _measure(self, name, cutoff, now, forecast, actual_weekly):
        about = {"challenger": name, "cutoff_number": cutoff["cutoff_number"]}
        for measure, outcome in MEASURES.items():
            predicted, actual = getattr(forecast, measure), now[outcome].to_numpy(dtype=float)
            row = about | {"measure": measure}
            self._metrics.append(
                row
                | {"customers": len(now)}
                | forecast_metrics(predicted, actual)
                | {"status": forecast.status, "status_reason": forecast.status_reason}
            )
            for kind, table in (
                ("repeat_purchases", bucket_calibration(now[HISTORIES[0]], predicted, actual)),
                ("decile", decile_calibration(predicted, actual)),
            ):
                self._calibration.append(table.assign(**row, bucket_kind=kind))
        if forecast.weekly is not None:
            self._tracking.append(
                pd.DataFrame(
                    {
                        "week_number": np.arange(1, len(actual_weekly) + 1),
                        "predicted_orders": forecast.weekly,
                        "actual_orders": actual_weekly,
                    }
                ).assign(**about)
            )

    def _give_up(self, name, cutoff, customers, reason):
        for measure in MEASURES:
            self._metrics.append(
                {
                    "challenger": name,
                    "cutoff_number": cutoff["cutoff_number"],
                    "measure": measure,
                    "customers": customers,
                    "status": FALLBACK,
                    "status_reason": reason,
                }
            )


def _sorted(histories):
    """Sort by all columns, so that sums and trees do not depend on the order of the rows."""
    table = histories[list(HISTORIES)].astype(float)
    order = np.lexsort(table.to_numpy().T[::-1])
    return table.iloc[order].reset_index(drop=True)
