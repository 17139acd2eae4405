"""
Answer what would be if customers stayed for longer, ordered more often or for more, or more came.

Four levers, each a relative change of one factor of a shop's revenue:

- **retention**: the number of orders a customer stays for, 1 / p in the mean, is multiplied by
  1 + change (at least 1): see `clientele.what_if_orders.changed_leaving`. Who has left stays away.
- **frequency**: the rate of orders while the customer stays, lambda.
- **order value**: the money of every order, first orders included.
- **acquisition**: the number of new customers.

Means are exact, by quadrature (`clientele.what_if_totals`); their spread is simulated
(`clientele.what_if_spread`). Order value and acquisition multiply, so that only retention and
frequency have to be computed in pairs.
"""

import numpy as np
import pandas as pd

from clientele.btyd_predictions import days_to_month_ends
from clientele.btyd_summary import DAYS_PER_WEEK
from clientele.checks import real_number, whole_number
from clientele.what_if_orders import mean_leaving
from clientele.what_if_scenarios import LEVERS, Scenarios
from clientele.what_if_spread import money_draws
from clientele.what_if_totals import YEAR, Customers, Future, Shop, expected_totals

MEASURES = ("revenue_12m", "discounted_revenue")
BOUNDS = tuple(
    f"{measure}{kind}_{side}"
    for measure in MEASURES
    for kind in ("", "_change", "_change_share")
    for side in ("lower", "upper")
)
EXPECTED = (
    "mean_leaving_probability",
    "new_customers_12m",
    "orders_existing_12m",
    "orders_new_12m",
    "revenue_existing_12m",
    "revenue_new_12m",
    "clv_existing_12m",
    "discounted_revenue_existing",
    "discounted_revenue_new",
)


class WhatIf:
    """
    Revenue of 12 months and of some years under changes of behaviour, with its spread.

    Assumptions
    -----------
    1. Customers go on as BG/NBD and Gamma-Gamma say, but for the changes, which hold from the first
       day on and for all alike.
    2. New customers of the next 12 months come as those of the last 12; their first order and later
       ones are worth what nothing-known-of customers' are. Nobody who comes later counts.
    3. Levers do not act on each other: who orders more often does not spend less.
    4. The spread is that of chance and of the parameters' standard errors. What the models do not
       know is not in it: the warehouse adds the errors of the backtest.

    Parameters
    ----------
    changes : sequence of float, default=(-0.2, -0.1, 0, 0.1, 0.2)
        Relative changes of every lever.
    asked : dict of str to float, optional
        One more scenario.
    equity_years : int, default=3
        How many years the discounted revenue reaches.
    annual_discount_rate : float, default=0.1
        What comes in month i counts 1 / (1 + rate)^(i / 12).
    interval_tail : float, default=0.1
        Share of the draws below the lower bound, and above the upper one.
    random_state : int, default=42
        Seed.

    Attributes
    ----------
    table_ : pandas.DataFrame
        One row per scenario: changes, expectations, bounds, and bounds of the change from the shop
        as it is, in money and as a share. A change has the same luck in both scenarios.

    Notes
    -----
    The chance is the deviation of the drawn customers' money from its mean over all draws; a
    customer who stands for w others counts sqrt(w) times, since variances add up. The parameters'
    part is linear: the derivative of the logarithm of a total by those of the parameters, times
    normal draws with the covariance of the fit.
    """

    def __init__(
        self,
        changes=(-0.2, -0.1, 0.0, 0.1, 0.2),
        asked=None,
        equity_years=3,
        annual_discount_rate=0.1,
        interval_tail=0.1,
        random_state=42,
    ):
        self.changes = changes
        self.asked = asked
        self.equity_years = equity_years
        self.annual_discount_rate = annual_discount_rate
        self.interval_tail = interval_tail
        self.random_state = random_state

    def fit(self, summary, parameters, spend, newcomers, as_of_date, clock=float):
        """
        Compute every scenario.

        Parameters
        ----------
        summary : pandas.DataFrame
            One row per customer: see `Customers.from_summary`.
        parameters : BetaGeoParameters or None
            Of the model fitted to it; with None there is nothing to expect.
        spend : GammaGammaParameters or float
            Of the fitted model, or the value of everybody's orders.
        newcomers : ndarray of shape (12,)
            New customers of the months to come.
        as_of_date : datetime.date
            The last day of the summary.
        clock : callable, default=float
            How many days of the clock that the summary's times are told in pass in so many days.

        Returns
        -------
        WhatIf
        """
        scenarios = Scenarios.of(self.changes, self.asked or {})
        keys = ["+".join(f"{change:g}" for change in row) for row in scenarios.changes]
        table = pd.DataFrame(
            {
                "scenario_key": keys,
                **{f"{name}_change": scenarios.changes[:, n] for n, name in enumerate(LEVERS)},
                "is_asked": scenarios.is_asked,
            }
        )
        self.table_ = table.assign(**dict.fromkeys((*EXPECTED, *BOUNDS), np.nan))
        if parameters is None or len(summary) == 0:
            return self
        future = self._future(newcomers, as_of_date, clock)
        customers = Customers.from_summary(summary)
        retentions, rows = np.unique(scenarios.changes[:, 0], return_inverse=True)
        frequencies, columns = np.unique(scenarios.changes[:, 1], return_inverse=True)
        shop = Shop(parameters, spend, customers, future, tuple(retentions), tuple(frequencies))
        totals, revenue = expected_totals(shop)
        money = money_draws(shop, summary, totals, revenue, self.random_state)
        value = 1 + scenarios.changes[:, 2]
        more = 1 + scenarios.changes[:, 3]
        expected = value * totals[:, :, rows, columns]
        expected[:, 0] /= value
        expected[1] *= more
        leaving = mean_leaving(parameters, retentions)
        columns_of_table = (
            leaving[rows],
            more * future.newcomers.sum(),
            *expected[:, 0],
            *expected[:, 1],
            expected[0, 2],
            *expected[:, 3],
        )
        for name, values in zip(EXPECTED, columns_of_table, strict=True):
            self.table_[name] = values
        old, new = np.moveaxis(money[..., rows, columns], 1, 0)
        drawn = value * (old + more * new)
        base = int(np.flatnonzero((scenarios.changes == 0).all(axis=1))[0])
        self._add_bounds(drawn, base)
        return self

    def _future(self, newcomers, as_of_date, clock):
        months = YEAR * whole_number("equity_years", self.equity_years, at_least=1)
        rate = real_number("annual_discount_rate", self.annual_discount_rate, at_least=0)
        days = [0, *days_to_month_ends(as_of_date, months)]
        passed = np.array([clock(day) for day in days]) / DAYS_PER_WEEK
        return Future(
            month_ends=passed[1:],
            newcomers=np.asarray(newcomers, dtype=float),
            arrivals=(passed[:YEAR] + passed[1 : YEAR + 1]) / 2,
            discounts=(1 + rate) ** -(np.arange(1, months + 1) / YEAR),
        )

    def _add_bounds(self, drawn, base):
        """Take quantiles of draws of shape (replicates, measures, scenarios)."""
        tail = real_number("interval_tail", self.interval_tail, at_least=0)
        for measure, money in zip(MEASURES, np.moveaxis(drawn, 1, 0), strict=True):
            kinds = {
                "": money,
                "_change": money - money[:, [base]],
                "_change_share": money / np.maximum(money[:, [base]], 1e-300) - 1,
            }
            for kind, draws in kinds.items():
                lower, upper = np.quantile(draws, [tail, 1 - tail], axis=0)
                self.table_[f"{measure}{kind}_lower"] = lower
                self.table_[f"{measure}{kind}_upper"] = upper
