"""Judge a clustering, and choose how many clusters there are."""

import numpy as np
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score

from clientele.checks import whole_number

METRICS = ("silhouette", "calinski_harabasz", "davies_bouldin")


def systematic_rows(count, at_most):
    """
    Take every so-manieth row, so that at most so many are taken.

    Parameters
    ----------
    count : int
        How many rows there are.
    at_most : int
        How many may be taken.

    Returns
    -------
    ndarray of int
        Row numbers 0, step, 2·step, … with step = ⌈count / at_most⌉.

    Examples
    --------
    >>> systematic_rows(10, 4).tolist()
    [0, 3, 6, 9]
    """
    return np.arange(0, count, max(1, -(-count // at_most)))


def judged(points, labels):
    """
    Measure how well clusters are told apart, in three customary ways.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Points in the scaled space.
    labels : ndarray of int, shape (n_customers,)
        Cluster of each.

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
    scores = (silhouette_score, calinski_harabasz_score, davies_bouldin_score)
    return {name: float(score(points, labels)) for name, score in zip(METRICS, scores, strict=True)}


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
