"""Expected orders of customers who stay for longer or order more often than they used to."""

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.linalg import eigh_tridiagonal

NODES = 48
KNOTS = 100


def changed_leaving(p, retention_change):
    """
    Chance of leaving after an order when customers stay for more orders than they used to.

    Who leaves with probability p after every order stays for 1 / p orders in the mean. The change
    is one of that number: it becomes (1 + change) / p, at least 1.

    Parameters
    ----------
    p : float or array_like
        Chance of leaving after an order.
    retention_change : float
        For example 0.1 for a tenth more; above -1.

    Returns
    -------
    float or ndarray

    Examples
    --------
    >>> round(float(changed_leaving(0.22, 0.1)), 3)
    0.2
    >>> float(changed_leaving(0.9, -0.2))
    1.0
    """
    return np.minimum(p / (1 + retention_change), 1.0)


def leaving_nodes(parameters, x, nodes=NODES):
    """
    Few values of p that stand for the beta distribution with parameters a and b + x.

    Parameters
    ----------
    parameters : BetaGeoParameters
        Of the fitted model.
    x : float
        Repeat orders of the customers.
    nodes : int, default=48
        How many values.

    Returns
    -------
    p, weights : ndarray of shape (nodes,)
        Gauss-Jacobi nodes and their weights, which sum to 1.

    Notes
    -----
    Eigenvalues of the tridiagonal matrix of the recurrence, and the squared first components of
    the eigenvectors: no beta function that a thousand orders would overflow.

    References
    ----------
    .. [1] Golub, G. H. and Welsch, J. H. (1969). Calculation of Gauss Quadrature Rules.
       Mathematics of Computation 23 (106), 221-230.

    Examples
    --------
    >>> from clientele.btyd_formulas import BetaGeoParameters
    >>> p, weights = leaving_nodes(BetaGeoParameters(0.243, 4.414, 0.793, 2.426), 2)
    >>> round(float(p @ weights), 6), round(0.793 / (0.793 + 2.426 + 2), 6)
    (0.151945, 0.151945)
    """
    b = parameters.b + parameters.leaves_before_first_repeat
    left, right = parameters.a - 1, b + x - 1
    both = left + right
    k = np.arange(1, nodes)
    middle = np.empty(nodes)
    middle[0] = (left - right) / (both + 2)
    middle[1:] = (left - right) * both / ((2 * k + both) * (2 * k + both + 2))
    # the first one by itself: where a + b + x is 1 the general one is 0 / 0
    beside = np.empty(nodes - 1)
    beside[0] = 4 * (1 + left) * (1 + right) / ((2 + both) ** 2 * (3 + both))
    k = k[1:]
    beside[1:] = (
        4 * k * (k + left) * (k + right) * (k + both)
        / ((2 * k + both) ** 2 * (2 * k + both + 1) * (2 * k + both - 1))
    )  # fmt: skip
    values, vectors = eigh_tridiagonal(middle, np.sqrt(beside))
    return np.clip((1 + values) / 2, 1e-300, 1), vectors[0] ** 2


def mean_leaving(parameters, retention_changes):
    """
    Mean chance of leaving after a repeat order, of new customers.

    Parameters
    ----------
    parameters : BetaGeoParameters
        Of the fitted model.
    retention_changes : sequence of float
        See `changed_leaving`.

    Returns
    -------
    ndarray of shape (changes,)

    Examples
    --------
    >>> from clientele.btyd_formulas import BetaGeoParameters
    >>> cdnow = BetaGeoParameters(0.243, 4.414, 0.793, 2.426)
    >>> mean_leaving(cdnow, [0, 0.1]).round(3).tolist()
    [0.246, 0.224]
    """
    p, weights = leaving_nodes(parameters, 0)
    return np.array([changed_leaving(p, change) @ weights for change in retention_changes])


class OrdersAhead:
    """
    Expected orders of customers who are alive, under several changes of retention.

    Parameters
    ----------
    parameters : BetaGeoParameters
        Of the fitted model.
    repeats : array_like
        The distinct x of the customers.
    retention_changes : sequence of float
        See `changed_leaving`.
    shortest, longest : float
        Between these lie the times t / (alpha + T) that will be asked for.

    Notes
    -----
    A customer of rate lambda who leaves with probability p expects (1 - exp(-lambda p t)) / p
    orders in a time t. Over lambda, gamma distributed with shape r + x and rate alpha + T, that is

        (1 - (1 + p t / (alpha + T))^-(r + x)) / p,

    and the mean over p is one over few nodes. It depends on T and t by their ratio
    t / (alpha + T) alone, so that one curve per x and change serves all customers and horizons; a
    cubic spline in logarithms holds it. Nothing is drawn at random. To order more often by a factor
    is the same as to have so much more time.

    Examples
    --------
    >>> from clientele.btyd_formulas import BetaGeoParameters, orders_if_alive
    >>> cdnow = BetaGeoParameters(0.243, 4.414, 0.793, 2.426)
    >>> ahead = OrdersAhead(cdnow, [2.0], [0.0, 1e9], 0.1, 10)
    >>> longer = np.array([39 / (4.414 + 38.86)])
    >>> ahead.orders(2.0, longer).ravel().round(4).tolist()
    [1.6874, 2.0215]
    >>> orders_if_alive(cdnow, np.array([2.0]), np.array([38.86]), 39).round(4).tolist()
    [1.6874]

    The second one is of a customer who never leaves: (0.243 + 2) 39 / (4.414 + 38.86).
    """

    def __init__(self, parameters, repeats, retention_changes, shortest, longest):
        self._row = {float(x): row for row, x in enumerate(np.unique(repeats))}
        edges = np.log([0.999 * shortest, 1.001 * longest])
        knots = np.linspace(*edges, KNOTS)
        curves = np.array(
            [
                self._curves(parameters, x, retention_changes, np.exp(knots))
                for x in sorted(self._row)
            ]
        )
        self._splines = [CubicSpline(knots, np.log(curve), axis=1) for curve in curves]

    @staticmethod
    def _curves(parameters, x, retention_changes, spans):
        p, weights = leaving_nodes(parameters, x)
        chances = np.array([changed_leaving(p, change) for change in retention_changes])
        chances = np.maximum(chances, 1e-200)[:, None, :]
        silent = -(parameters.r + x) * np.log1p(chances * spans[None, :, None])
        return (-np.expm1(silent) / chances) @ weights

    def orders(self, x, spans):
        """
        Return the orders in each time.

        Parameters
        ----------
        x : float
            One of the repeats.
        spans : ndarray
            t / (alpha + T), of any shape.

        Returns
        -------
        ndarray of shape (changes, *spans.shape)
        """
        return np.exp(self._splines[self._row[float(x)]](np.log(spans)))
