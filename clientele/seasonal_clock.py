"""A clock that runs fast in the months when a shop sells much and slowly when it sells little."""

import numpy as np
import pandas as pd

from clientele.btyd_predictions import expected_orders_of_new_customer

MONTHS = 12
SHORTEST_DAYS = 396


class SeasonalClock:
    """
    Cumulative seasonal intensity, in place of calendar time.

    Assumptions
    -----------
    1. Every customer's rate of repeat orders goes up and down by the same factor, one per month of
       the year.
    2. What a model without seasons expects of a shop of these beginners is right but for the
       seasons and a steady trend. The trend is not the seasons': with little more than a year of
       data the shop's growth would else pass for one. The clock does not follow it.

    Parameters
    ----------
    spread : float, default=0.3
        Standard deviation of the logarithms of the factors before anything is known.
    noise : float, default=0.15
        Standard deviation of the logarithm of actual over expected repeat orders of one month, for
        reasons other than season, trend and the chance of single orders: with few orders or few
        years the factors stay near 1.

    Attributes
    ----------
    intensity_ : ndarray of shape (12,)
        Factor per month, January first. All are 1 with less than 13 months of data: a season is
        what comes again.
    """

    def __init__(self, spread=0.3, noise=0.15):
        self.spread = spread
        self.noise = noise
        # before a fit it runs like the calendar
        self.intensity_ = np.ones(MONTHS)

    def fit(self, days, parameters, cutoff_date):
        """
        Estimate the intensity from the orders up to a cut-off; later rows are not read.

        Parameters
        ----------
        days : pandas.DataFrame
            ``order_date``, ``first_purchases`` and ``repeat_purchases``, one row per day.
        parameters : BetaGeoParameters
            Of a model without seasons, fitted up to the same day.
        cutoff_date : datetime.date
            The last day that is read.

        Returns
        -------
        SeasonalClock

        Examples
        --------
        >>> from clientele.btyd_predictions import BetaGeoParameters
        >>> dates = pd.date_range("2022-01-01", "2023-12-31")
        >>> days = pd.DataFrame({"order_date": dates, "first_purchases": 0, "repeat_purchases": 10})
        >>> days.loc[0, "first_purchases"] = 100_000
        >>> days.loc[dates.month == 12, "repeat_purchases"] = 500
        >>> cdnow = BetaGeoParameters(0.243, 4.414, 0.793, 2.426)
        >>> clock = SeasonalClock().fit(days, cdnow, pd.Timestamp("2023-12-31"))
        >>> int(clock.intensity_.argmax()) + 1
        12
        """
        dates = pd.to_datetime(days["order_date"])
        known = (dates <= pd.Timestamp(cutoff_date)).to_numpy()
        self.intensity_ = np.ones(MONTHS)
        start = dates[known].min() if known.any() else pd.Timestamp(cutoff_date)
        length = (pd.Timestamp(cutoff_date) - start).days + 1
        if length < SHORTEST_DAYS:
            return self
        day = (dates[known] - start).dt.days.to_numpy()
        beginners, repeats = (
            np.bincount(day, weights=days[name].to_numpy(dtype=float)[known], minlength=length)
            for name in ("first_purchases", "repeat_purchases")
        )
        by_age = np.diff(expected_orders_of_new_customer(parameters, np.arange(length)), prepend=0)
        expected = np.convolve(beginners, by_age)[:length]
        if not expected.sum() > 0:
            return self
        dates = start + pd.to_timedelta(np.arange(length), unit="D")
        month = 12 * dates.year + dates.month - 1
        month -= month[0]
        actual, expected = (np.bincount(month, weights=orders) for orders in (repeats, expected))
        expected *= actual.sum() / expected.sum()
        self.intensity_ = self._factors(start.month - 1, actual, expected)
        return self

    def _factors(self, first_month, actual, expected):
        """Regress log of actual over expected on level and trend, free, and on season, shrunk."""
        number = np.arange(len(actual))
        season = np.eye(MONTHS)[(first_month + number) % MONTHS]
        columns = np.column_stack([np.ones(len(number)), number - number.mean(), season])
        # half an order each: a month may be without any
        ratio = np.log((actual + 0.5) / (expected + 0.5))
        weight = 1 / (1 / (expected + 0.5) + self.noise**2)
        penalty = np.r_[1e-9, 1e-9, np.full(MONTHS, self.spread**-2)]
        normal = (columns.T * weight) @ columns + np.diag(penalty)
        estimates = np.linalg.solve(normal, (columns.T * weight) @ ratio)
        return np.exp(estimates[2:])

    def days(self, end_date, days_before):
        """
        Days on this clock from so many calendar days before a day up to it.

        Parameters
        ----------
        end_date : datetime.date
            The day that the time ends with.
        days_before : array_like of shape (n,)
            Calendar days, whole numbers not below 0.

        Returns
        -------
        ndarray of shape (n,)

        Examples
        --------
        >>> clock = SeasonalClock()
        >>> clock.intensity_ = np.array([2.0] + [1.0] * 11)
        >>> clock.days(pd.Timestamp("2024-02-02"), [2, 5]).tolist()
        [2.0, 8.0]
        """
        days_before = np.asarray(days_before, dtype=int)
        longest = int(days_before.max(initial=0))
        months = (pd.Timestamp(end_date) - pd.to_timedelta(np.arange(longest), unit="D")).month
        passed = np.append(0.0, np.cumsum(self.intensity_[months - 1]))
        return passed[days_before]

    def table(self, as_of_date, days_before, days_ahead):
        """
        Tell the time of this clock on each day around a day, from which it counts.

        Parameters
        ----------
        as_of_date : datetime.date
            The day that both times count from.
        days_before, days_ahead : int
            How many calendar days to go back and ahead.

        Returns
        -------
        pandas.DataFrame
            ``days_ahead`` (calendar days, negative before the day) and ``clock_days``.

        Examples
        --------
        >>> SeasonalClock().table(pd.Timestamp("2024-02-02"), 1, 1).to_numpy().tolist()
        [[-1.0, -1.0], [0.0, 0.0], [1.0, 1.0]]
        """
        last = pd.Timestamp(as_of_date) + pd.Timedelta(days=int(days_ahead))
        offsets = np.arange(-int(days_before), int(days_ahead) + 1)
        until_last = self.days(last, days_ahead - offsets)
        until_now = self.days(last, [days_ahead])[0]
        return pd.DataFrame({"days_ahead": offsets, "clock_days": until_now - until_last})

    def summary(self, summary, cutoff_date):
        """
        Measure the times of a summary on this clock, in whole days of it.

        Parameters
        ----------
        summary : pandas.DataFrame
            x, t_x and T (calendar days), as `clientele.btyd_summary` has them.
        cutoff_date : datetime.date
            The day that it ends.

        Returns
        -------
        pandas.DataFrame
            The summary with other t_x and T.
        """
        age = summary["customer_age_days"].to_numpy()
        since = age - summary["age_at_last_order_days"].to_numpy()
        total = self.days(cutoff_date, age)
        came_back = summary["repeat_order_days"].to_numpy() > 0
        last = np.rint(total - self.days(cutoff_date, since))
        last = np.where(came_back, np.maximum(last, 1), 0)
        return summary.assign(
            age_at_last_order_days=last, customer_age_days=np.maximum(np.rint(total), last)
        )
