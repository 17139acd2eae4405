"""Judge a clustering, and choose how many clusters there are."""

import numpy as np
import pandas as pd
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score

from clientele.checks import whole_number

CELL_WIDTH = 0.05
METRICS = ("silhouette", "calinski_harabasz", "davies_bouldin")


def evenly_spaced_rows(count, at_most):
    """
    Pick rows at even distances, all of them if there are no more than wanted.

    Parameters
    ----------
    count : int
        Number of rows.
    at_most : int
        How many are wanted at most.

    Returns
    -------
    ndarray of int

    Examples
    --------
    >>> evenly_spaced_rows(3, 5).tolist(), evenly_spaced_rows(10, 2).tolist()
    ([0, 1, 2], [2, 7])
    """
    size = min(count, at_most)
    return ((np.arange(size) + 0.5) * count / max(size, 1)).astype(int)


def cells_of_grid(points, width):
    """
    Give each point the number of its cell in a grid.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features)
        Points of customers.
    width : float
        Width of a cell, in standard deviations of a feature.

    Returns
    -------
    ndarray of int, shape (n_points,)
        Numbers from 0 of the cells that hold a point.

    Examples
    --------
    >>> cells_of_grid(np.array([[0.01], [2.0], [0.03]]), 0.05).tolist()
    [0, 1, 0]
    """
    columns = dict(enumerate(np.floor(points / width).T))
    return pd.DataFrame(columns).groupby(list(columns), sort=True).ngroup().to_numpy()


def means_of_groups(points, labels, count, weights=None):
    """
    Give the mean of the points of each group.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features)
        Points.
    labels : ndarray of int, shape (n_points,)
        Group of each, from 0.
    count : int
        Number of groups.
    weights : ndarray of shape (n_points,), optional
        How many customers stand at each point.

    Returns
    -------
    ndarray of shape (count, n_features)
        0 for a group without points.

    Examples
    --------
    >>> means_of_groups(np.array([[0.0], [1.0], [4.0]]), np.array([0, 0, 1]), 2).tolist()
    [[0.5], [4.0]]
    """
    totals = np.maximum(np.bincount(labels, weights=weights, minlength=count), 1)
    weights = np.ones(len(points)) if weights is None else weights
    sums = [np.bincount(labels, weights=weights * axis, minlength=count) for axis in points.T]
    return np.column_stack(sums) / totals[:, None]


def judged(points, labels, distances=None):
    """
    Measure how well clusters are told apart, in three customary ways.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Points in the scaled space.
    labels : ndarray of int, shape (n_customers,)
        Cluster of each.
    distances : ndarray of shape (n_customers, n_customers), optional
        Distances of the points, so that they need not be taken again for other labels.

    Returns
    -------
    dict of str to float
        ``silhouette`` (-1 to 1, high is good), ``calinski_harabasz`` (high is good) and
        ``davies_bouldin`` (low is good); NaN where every customer or none is a cluster apart.

    References
    ----------
    Rousseeuw, P. J. (1987). Silhouettes. Journal of Computational and Applied Mathematics 20.
    Caliński, T., Harabasz, J. (1974). Communications in Statistics 3.
    Davies, D. L., Bouldin, D. W. (1979). IEEE PAMI 1.

    Examples
    --------
    >>> points = np.array([[0.0], [1.0], [10.0], [11.0]])
    >>> round(judged(points, np.array([0, 0, 1, 1]))["silhouette"], 3)
    0.9
    """
    if not 1 < len(np.unique(labels)) < len(points):
        return dict.fromkeys(METRICS, np.nan)
    if distances is None:
        silhouette = silhouette_score(points, labels)
    else:
        silhouette = silhouette_score(distances, labels, metric="precomputed")
    return {
        "silhouette": float(silhouette),
        "calinski_harabasz": float(calinski_harabasz_score(points, labels)),
        "davies_bouldin": float(davies_bouldin_score(points, labels)),
    }


def best_by_silhouette(numbers, silhouettes):
    """
    Choose the number of clusters with the best silhouette, of equal ones the smallest.

    Parameters
    ----------
    numbers : sequence of int
        Numbers of clusters tried, ascending.
    silhouettes : sequence of float
        Silhouette of each; NaN is worse than any.

    Returns
    -------
    int

    Examples
    --------
    >>> best_by_silhouette([3, 4, 5], [0.4, 0.5, 0.5])
    4
    """
    # what agrees in nine digits differs by rounding alone
    rounded = np.round(np.nan_to_num(silhouettes, nan=-2.0), 9)
    return int(numbers[int(np.argmax(rounded))])


def numbers_to_try(n_clusters, min_clusters, max_clusters):
    """
    Give the numbers of clusters that a setting asks to try.

    Parameters
    ----------
    n_clusters : int, str
        ``"auto"`` or the number.
    min_clusters, max_clusters : int
        The range that ``"auto"`` stands for.

    Returns
    -------
    list of int

    Raises
    ------
    ValueError
        If the range is empty or a number is no whole number of at least 1 (2 for the range).

    Examples
    --------
    >>> numbers_to_try("auto", 3, 5), numbers_to_try("9", 3, 5)
    ([3, 4, 5], [9])
    """
    if str(n_clusters) != "auto":
        return [whole_number("n_clusters", n_clusters, at_least=1)]
    lowest = whole_number("min_clusters", min_clusters, at_least=2)
    highest = whole_number("max_clusters", max_clusters, at_least=2)
    if lowest > highest:
        raise ValueError(f"min_clusters is {lowest}, which is more than max_clusters, {highest}.")
    return list(range(lowest, highest + 1))
