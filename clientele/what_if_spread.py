"""How far a what-if's money may lie from its expectation: chance, and errors of the parameters."""

import numpy as np
import pandas as pd

from clientele.btyd_formulas import alive
from clientele.btyd_models import BetaGeoModel
from clientele.btyd_predictions import GammaGammaParameters
from clientele.btyd_spend import GammaGammaModel
from clientele.what_if_chances import Chances, Drawn
from clientele.what_if_totals import OUTCOMES, YEAR, expected_totals

# Of more customers than these, those with the highest expected revenue are drawn, and of the others
# every so-manieth; of the new customers of a month so many.
CERTAIN = 1000
SAMPLED = 1500
NEWCOMERS = 100
REPLICATES = 500
# of a parameter, to take a derivative by its logarithm
STEP = 1e-3
DRAWN = [OUTCOMES.index("revenue"), OUTCOMES.index("discounted")]


def money_draws(shop, summary, totals, revenue, random_state):
    """
    Draw the money of existing and new customers.

    Parameters
    ----------
    shop : Shop
        All that is known.
    summary : pandas.DataFrame
        The histories as a table, for the covariance of the fits.
    totals, revenue : ndarray
        As `clientele.what_if_totals.expected_totals` returns them.
    random_state : int
        Seed.

    Returns
    -------
    ndarray of shape (replicates, 2, 2, retention changes, frequency changes)
        Existing and new customers; money of 12 months, and discounted money of all.
    """
    luck = chance_draws(shop, revenue, random_state)
    error = parameter_draws(shop, summary, totals, random_state)
    return np.maximum(totals[:, DRAWN] + luck, 0) * np.exp(error)


def chance_draws(shop, revenue, random_state):
    """Draw the deviation of the money from its mean; shape as of `money_draws`."""
    levels = (shop.retention_changes, shop.frequency_changes)
    chances = Chances(shop.parameters, shop.spend, *levels, REPLICATES, random_state)
    groups = [(0, _existing(shop, revenue))]
    groups += [
        (1, _newcomers(shop.future, month, number))
        for month, number in enumerate(shop.future.newcomers)
        if number > 0
    ]
    luck = np.zeros((REPLICATES, 2, *map(len, levels), 2))
    for stream, (group, drawn) in enumerate(groups):
        luck[:, group] += chances.money(drawn, stream)
    return np.moveaxis(luck - luck.mean(axis=0), -1, 2)


def parameter_draws(shop, summary, totals, random_state):
    """Draw the logarithm of what errors of the parameters multiply the money by; shape as above."""
    random = np.random.default_rng([random_state, YEAR + 1])
    error = 0
    for field, covariance in _covariances(shop, summary).items():
        estimates = getattr(shop, field)
        values = np.array(estimates)
        normal = random.standard_normal((REPLICATES, len(values)))
        root = np.linalg.cholesky(covariance / np.outer(values, values))
        slopes = []
        for position in range(len(values)):
            moved = values.copy()
            moved[position] *= np.exp(STEP)
            other, _ = expected_totals(shop._replace(**{field: type(estimates)(*moved)}))
            with np.errstate(all="ignore"):
                slopes.append(np.nan_to_num(np.log(other[:, DRAWN] / totals[:, DRAWN]) / STEP))
        draws = (normal - normal.mean(axis=0)) @ root.T
        error = error + np.einsum("kp,pgmrf->kgmrf", draws, np.array(slopes))
    return error


def _covariances(shop, summary):
    """Fit again from the estimates on, and return the covariance of what could be fitted."""
    fits = {"parameters": BetaGeoModel(starting_parameters=shop.parameters).fit(summary)}
    if isinstance(shop.spend, GammaGammaParameters):
        columns = {
            "repeat_order_days": summary["spend_order_days"],
            "mean_repeat_spend": summary["mean_order_day_spend"],
        }
        model = GammaGammaModel(starting_parameters=shop.spend)
        fits["spend"] = model.fit(pd.DataFrame(columns))
    return {field: fit.covariance_ for field, fit in fits.items() if fit.covariance_ is not None}


def _discounts(future):
    """Return what money of the first year counts in the mean, and money of later years."""
    year, later = future.discounts[:YEAR], future.discounts[YEAR:]
    return year.mean(), later.mean() if len(later) else 0.0


def _existing(shop, revenue):
    """Choose who is drawn: the most valuable, and of the others every so-manieth."""
    ranked = np.argsort(-revenue, kind="stable")
    others = ranked[CERTAIN:]
    number = min(len(others), SAMPLED)
    places = (np.arange(number) + 0.5) * len(others) / max(number, 1)
    chosen = np.append(ranked[:CERTAIN], others[places.astype(int)])
    scale = np.ones(len(chosen))
    scale[CERTAIN:] = np.sqrt(len(others) / max(number, 1))
    x, t_x, T, spend_orders, spend_mean = (values[chosen] for values in shop.customers)
    return Drawn(
        x=x,
        T=T,
        alive=alive(shop.parameters, x, t_x, T),
        spend_orders=spend_orders,
        spend_mean=spend_mean,
        scale=scale,
        horizons=(shop.future.month_ends[YEAR - 1], shop.future.month_ends[-1]),
        discounts=(0.0, *_discounts(shop.future)),
        new_customers=False,
    )


def _newcomers(future, month, number):
    """Let some of a month's new customers stand for all."""
    drawn = min(int(np.ceil(number)), NEWCOMERS)
    nothing, everybody = np.zeros(drawn), np.ones(drawn)
    start = future.arrivals[month]
    return Drawn(
        x=nothing,
        T=nothing,
        alive=everybody,
        spend_orders=nothing,
        spend_mean=nothing,
        scale=everybody * np.sqrt(number / drawn),
        horizons=(future.month_ends[YEAR - 1] - start, future.month_ends[-1] - start),
        discounts=(future.discounts[month], *_discounts(future)),
        new_customers=True,
    )
