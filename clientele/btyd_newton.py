"""Climb a smooth log-likelihood of a few parameters by damped Newton steps."""

from typing import NamedTuple

import numpy as np

LONGEST_STEP = 2.0
FURTHEST = 30.0


class Climb(NamedTuple):
    """
    Where a climb ended.

    Attributes
    ----------
    point : ndarray of shape (k,)
        Logarithms of the parameters.
    value : float
        Of the function there.
    gradient : ndarray of shape (k,)
        Of the function there.
    hessian : ndarray of shape (k, k)
        Of the function there.
    steepest : float
        The largest component of the gradient, in size.
    passes : int
        How many times the function was computed.
    converged : bool
        Whether the gradient vanishes and the function is curved downwards in every direction.
    """

    point: np.ndarray
    value: float
    gradient: np.ndarray
    hessian: np.ndarray
    steepest: float
    passes: int
    converged: bool


def climb(function, start, passes=60, flat=1e-8):
    """
    Find a maximum.

    Where the function is not curved downwards, the curvature is taken as if it were, so that every
    step leads upwards; no step is longer than 2 in any logarithm, and a step that does not lead up
    is halved. The climb ends on flat ground, off the map (a logarithm beyond 30), when no step
    leads up, or after `passes`.

    Parameters
    ----------
    function : callable
        Takes a point, returns value, gradient and Hessian.
    start : array_like of shape (k,)
        First point.
    passes : int, default=60
        How many times the function may be computed.
    flat : float, default=1e-8
        Size of the gradient below which one more step is the last.

    Returns
    -------
    Climb

    Examples
    --------
    >>> def hill(point):
    ...     return -np.cosh(point[0]), -np.sinh(point), -np.cosh(point)[:, None]
    >>> top = climb(hill, [3.0])
    >>> top.converged, abs(round(float(top.point[0]), 6)), top.passes < 10
    (True, 0.0, True)
    """
    point = np.asarray(start, dtype=float)
    value, gradient, hessian = function(point)
    used = 1
    last = False
    while used < passes and not last and _is_finite(value, gradient, hessian):
        last = np.abs(gradient).max() < flat
        step = _uphill(gradient, hessian)
        # a gain below the rounding error of the value is no loss
        slack = 1e-13 * abs(value)
        accepted = False
        while used < passes and not accepted and np.abs(step).max() > 1e-12:
            trial = function(point + step)
            used += 1
            accepted = _is_finite(*trial) and trial[0] >= value - slack
            if accepted:
                point = point + step
                value, gradient, hessian = trial
            step = step / 2
        if not accepted or np.abs(point).max() > FURTHEST:
            break
    finite = _is_finite(value, gradient, hessian)
    steepest = float(np.abs(gradient).max()) if finite else np.inf
    curved = finite and _curved(hessian)
    converged = curved and steepest < 100 * flat
    return Climb(point, float(value), gradient, hessian, steepest, used, converged)


def _uphill(gradient, hessian):
    curvatures, directions = np.linalg.eigh(-hessian)
    floor = max(1e-10 * np.abs(curvatures).max(), 1e-300)
    step = directions @ ((directions.T @ gradient) / np.maximum(np.abs(curvatures), floor))
    return step * min(1.0, LONGEST_STEP / max(np.abs(step).max(), 1e-300))


def _curved(hessian):
    """Whether it curves downwards everywhere, by more than rounding errors could."""
    curvatures = np.linalg.eigvalsh(-hessian)
    return bool(curvatures.min() > 1e-13 * curvatures.max())


def _is_finite(*arrays):
    return all(np.isfinite(array).all() for array in arrays)
