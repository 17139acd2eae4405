"""
What a fit has to pass, and the verdict on it.

Gradient and Hessian are those of the mean log-likelihood (with the prior, on the rung map) by the
logarithms of the parameters, so that they depend neither on units nor on the number of customers.

======================== ======================================= ======== =======================
gate                     passes if                               else     because
======================== ======================================= ======== =======================
repeat_customers         at least 100 customers came back        fallback fewer say nothing about
                                                                          leaving
converged                the climb ends, from one of its starts  fallback there is no maximum
gradient                 every component is below 1e-6           fallback it is not the maximum
hessian                  curved downwards in every direction,    fallback it is not the maximum,
                         by 1e-8 of the largest curvature                 or there is none
parameter_range          BG/NBD and MBG/NBD: .01 < r < 20,       fallback the climb ran off the
                         .01 < a < 50, alpha < 10 max T;                  map
                         Pareto/NBD: the same of r and s, and
                         of alpha and beta; with a prior, r and
                         the rates may be ten times as large,
                         and a and s as small as they like
q                        Gamma-Gamma: q > 1.05                   fallback the mean spend is
                                                                          infinite, or nearly
p                        Gamma-Gamma with a prior: p < 1000      fallback one customer's orders
                                                                          do not vary
fitted_to_actual_repeats orders: within 25 %                     fallback the model misses the
                         orders: within 5 %                      warn     data it was fitted to
condition                condition number of the Hessian         warn     parameters trade off;
                         below 1e4                                        forecasts suffer less
standard_errors          below 1 for the log of every parameter  warn     the same
spearman_x_m             Gamma-Gamma: between -.3 and .3         warn     it assumes that spend is
                                                                          unrelated to x
capped_repeats           orders: the cap took off less than 1 %  warn     the input is unusual
                         of the repeat orders
left_out                 less than 1 % of the customers          warn     the input is at fault
rung                     the parameters are those of maximum     warn     others are second best
                         likelihood
======================== ======================================= ======== =======================
"""

from typing import NamedTuple

import numpy as np

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


def verdict(gates):
    """
    Return the status that gates amount to and the sentences behind it.

    Parameters
    ----------
    gates : iterable of Gate
        All that were tried.

    Returns
    -------
    status : {"ok", "warn", "fallback"}
        The worst of the gates that failed.
    reason : str or None
        Their sentences; None if none failed.

    Examples
    --------
    >>> verdict([Gate("q", 0.8, False, "fallback", "No mean."), Gate("p", 6, True, "warn", "")])
    ('fallback', 'No mean.')
    """
    failed = [gate for gate in gates if not gate.passed]
    if not failed:
        return OK, None
    status = FALLBACK if any(gate.otherwise == FALLBACK for gate in failed) else WARN
    return status, " ".join(gate.sentence for gate in failed)


def repeat_customers_gate(repeat_customers, needed):
    """Whether enough customers came back."""
    return Gate(
        "repeat_customers",
        repeat_customers,
        repeat_customers >= needed,
        FALLBACK,
        f"The fit needs at least {needed:,} customers who came back; "
        f"there {'is' if repeat_customers == 1 else 'are'} {repeat_customers:,}.",
    )


def maximum_gates(gradient, hessian, size):
    """Whether a point is a maximum, and how well it is identified; of the sum over `size`."""
    steepest = float(np.abs(gradient / size).max())
    finite = bool(np.isfinite(hessian).all())
    curvatures = np.linalg.eigvalsh(-hessian / size) if finite else np.array([np.nan])
    curved = bool(curvatures.min() > 1e-8 * curvatures.max())
    gates = [
        Gate(
            "gradient",
            steepest,
            steepest < 1e-6,
            FALLBACK,
            f"The optimiser stopped short of the maximum (gradient {steepest:.1e}).",
        ),
        Gate(
            "hessian",
            float(curvatures.min()),
            curved,
            FALLBACK,
            "The likelihood has no peak: some parameters cannot be told apart.",
        ),
    ]
    return gates + (identification_gates(curvatures, np.linalg.inv(-hessian)) if curved else [])


def identification_gates(curvatures, log_covariance):
    """Whether the parameters can be told apart."""
    condition = float(curvatures.max() / curvatures.min())
    widest = float(np.sqrt(np.diag(log_covariance)).max())
    return [
        Gate(
            "condition",
            condition,
            condition < 1e4,
            WARN,
            f"The parameters are hard to tell apart (condition {condition:.1e}).",
        ),
        Gate(
            "standard_errors",
            widest,
            widest < 1,
            WARN,
            f"A parameter is uncertain by a factor of {np.exp(min(widest, 50)):.3g}.",
        ),
    ]


def fitted_to_actual_repeats_gate(ratio):
    """Whether the model gives back the repeat orders it was fitted to."""
    miss = abs(ratio - 1)
    return Gate(
        "fitted_to_actual_repeats",
        ratio,
        bool(miss < 0.05),
        WARN if miss < 0.25 else FALLBACK,
        f"The model gives {ratio:.1%} of the repeat orders it was fitted to.",
    )


def capped_repeats_gate(repeats, capped, customers):
    """Whether the cap on x changed little; `repeats` before and `capped` after it."""
    total = customers @ repeats
    share = float(customers @ (repeats - capped) / total) if total > 0 else 0.0
    extreme = int(customers[repeats > capped].sum())
    return Gate(
        "capped_repeats",
        share,
        share < 0.01,
        WARN,
        f"{share:.1%} of the repeat orders were capped away in the fit; "
        f"customers of extreme frequency: {extreme:,}.",
    )


def left_out_gate(left_out, total, why):
    """Whether few customers took no part in the fit."""
    share = left_out / total if total else 0.0
    return Gate(
        "left_out",
        share,
        bool(share < 0.01),
        WARN,
        f"{left_out:,} of {total:,} customers took no part in the fit: {why}.",
    )
