"""The orders ahead of each customer, one by one: what tables and SQL are held against."""

import numpy as np

from clientele.btyd_formulas import alive, more_orders_if_alive


def order_count_probabilities(parameters, summary, horizon_days, orders):
    """Return the probability of 0, 1, ... orders of each customer in the next days, a row each."""
    x, t_x, T = symbols(summary)
    more = more_orders_if_alive(
        parameters, x[:, None], T[:, None], horizon_days / 7, np.arange(orders + 1)
    )
    above = np.column_stack([np.ones(len(x)), alive(parameters, x, t_x, T)[:, None] * more])
    return -np.diff(above, axis=1)


def order_quantiles(parameters, summary, horizon_days, levels):
    """Return the fewest orders that are reached with each probability, a row per customer."""
    x, t_x, T = symbols(summary)
    chance_alive = alive(parameters, x, t_x, T)
    span = horizon_days / 7
    quantiles = np.full((len(x), len(levels)), np.nan)
    orders = 0
    while np.isnan(quantiles).any():
        more = chance_alive * more_orders_if_alive(parameters, x, T, span, orders)
        is_reached = more[:, None] <= 1 - np.asarray(levels)
        quantiles[is_reached & np.isnan(quantiles)] = orders
        orders += 1
    return quantiles


def symbols(summary):
    """Return x, t_x and T (weeks) of a summary."""
    return (
        summary["repeat_order_days"].to_numpy(),
        summary["age_at_last_order_days"].to_numpy() / 7,
        summary["customer_age_days"].to_numpy() / 7,
    )
