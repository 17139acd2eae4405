"""Fit k-means for several numbers of clusters, measure each, and choose one."""

import warnings

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score, pairwise_distances

from clientele.cluster_choice import (
    CELL_WIDTH,
    METRICS,
    cells_of_grid,
    evenly_spaced_rows,
    judged,
    means_of_groups,
)

LARGEST_RESAMPLE = 5_000
K_MEANS_METRICS = ("inertia", *METRICS, "stability_ari")
# differences below this are rounding of the sums, not better clusters
DECIMALS = 9


def fit_centres(points, n_clusters, weights=None, random_state=42):
    """
    Find the centres of k-means, the best of ten starts.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features)
        Points, at least `n_clusters` distinct ones.
    n_clusters : int
        How many centres.
    weights : ndarray of shape (n_points,), optional
        How many customers stand at each point.
    random_state : int, default=42
        Seed of the starting centres.

    Returns
    -------
    ndarray of shape (n_clusters, n_features)

    Examples
    --------
    >>> sorted(fit_centres(np.array([[0.0], [1.0], [9.0]]), 2, np.array([3, 1, 1])).tolist())
    [[0.25], [9.0]]
    """
    k_means = KMeans(n_clusters, n_init=10, random_state=random_state)
    return k_means.fit(points, sample_weight=weights).cluster_centers_


def nearest_centres(points, centres):
    """
    Give each point its nearest centre; of equally near ones the first.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features)
        Points of customers.
    centres : ndarray of shape (n_clusters, n_features)
        Centres.

    Returns
    -------
    labels : ndarray of int, shape (n_points,)
        Row number of the centre.
    squared_distances : ndarray of shape (n_points,)

    Examples
    --------
    >>> labels, squared_distances = nearest_centres(np.array([[0.0], [3.0]]), np.array([[2.0]]))
    >>> labels.tolist(), squared_distances.tolist()
    ([0, 0], [4.0, 1.0])
    """
    labels = np.zeros(len(points), dtype=int)
    smallest = np.full(len(points), np.inf)
    # one centre and one feature at a time: a point's result then never depends on its neighbours
    for number, centre in enumerate(centres):
        squared = np.zeros(len(points))
        for column, coordinate in enumerate(centre):
            squared += (points[:, column] - coordinate) ** 2
        nearer = squared < smallest
        labels[nearer] = number
        smallest[nearer] = squared[nearer]
    return labels, smallest


def grid_cells(points, width=CELL_WIDTH):
    """
    Replace points that are close together by their mean and their number.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features)
        Points of customers.
    width : float, default=0.05
        Width of a cell of the grid, in standard deviations of a feature.

    Returns
    -------
    cells : ndarray of shape (n_cells, n_features)
        Mean of the points of each cell that has any.
    counts : ndarray of int, shape (n_cells,)
        Points in each.

    Examples
    --------
    >>> cells, counts = grid_cells(np.array([[0.0], [0.02], [1.0]]))
    >>> cells.tolist(), counts.tolist()
    ([[0.01], [1.0]], [2, 1])
    """
    cell_of_point = cells_of_grid(points, width)
    counts = np.bincount(cell_of_point)
    return means_of_groups(points, cell_of_point, len(counts)), counts


def compare_numbers(points, numbers, *, grid_above, n_bootstraps, evaluation_size, random_state=42):
    """
    Fit k-means for each number of clusters and measure how good and how stable the clusters are.

    Silhouette, Calinski-Harabasz, Davies-Bouldin and stability are taken on customers picked at
    even distances from the sorted points; inertia is over all. Stability is the mean adjusted Rand
    index between those customers' clusters and the clusters that refits on bootstrap resamples
    give them. A refit takes the best of four starts, one of them the centres themselves.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Sorted points of complete customers.
    numbers : sequence of int
        Numbers of clusters, none above the number of distinct points.
    grid_above : int
        Above so many customers the centres are fitted to grid cells instead of customers.
    n_bootstraps : int
        Number of resamples, each of as many customers as there are, at most 5,000.
    evaluation_size : int
        How many customers the metrics are taken on at most.
    random_state : int, default=42
        Seed of starts and resamples.

    Returns
    -------
    centres : dict of int to ndarray of shape (number, n_features)
        Centres by number of clusters.
    metrics : pandas.DataFrame
        One row per number of clusters, on the index ``cluster_count``: ``inertia``,
        ``silhouette``, ``calinski_harabasz``, ``davies_bouldin`` and ``stability_ari``. The three
        in the middle are NaN where each customer is a cluster of its own, or all are one.

    References
    ----------
    Ben-Hur, Elisseeff and Guyon (2002), "A stability based method for discovering structure in
    clustered data", Pacific Symposium on Biocomputing 7.

    Hubert and Arabie (1985), "Comparing partitions", Journal of Classification 2.

    Examples
    --------
    >>> points = np.repeat([[0.0, 0.0], [0.0, 9.0], [9.0, 0.0]], 20, axis=0)
    >>> _, metrics = compare_numbers(
    ...     points, [2, 3], grid_above=100, n_bootstraps=5, evaluation_size=60
    ... )
    >>> metrics[["inertia", "silhouette"]].round(3).to_numpy().tolist()
    [[810.0, 0.708], [0.0, 1.0]]
    """
    fitted_points, weights = points, None
    if len(points) > grid_above:
        cells, counts = grid_cells(points)
        if len(cells) >= max(numbers):
            fitted_points, weights = cells, counts
    evaluated = points[evenly_spaced_rows(len(points), evaluation_size)]
    distances = pairwise_distances(evaluated)
    random = np.random.default_rng(random_state)
    size = min(len(points), LARGEST_RESAMPLE)
    resamples = [points[random.integers(0, len(points), size)] for _ in range(n_bootstraps)]

    centres, rows = {}, []
    for number in numbers:
        centres[number] = fit_centres(fitted_points, number, weights, random_state)
        labels = nearest_centres(evaluated, centres[number])[0]
        squared_distances = nearest_centres(points, centres[number])[1]
        agreements = [
            adjusted_rand_score(
                labels,
                nearest_centres(evaluated, _refit(resample, centres[number], random_state))[0],
            )
            for resample in resamples
        ]
        rows.append(
            [
                float(squared_distances.sum()),
                *judged(evaluated, labels, distances).values(),
                float(np.mean(agreements)) if agreements else np.nan,
            ]
        )
    index = pd.Index(numbers, name="cluster_count")
    return centres, pd.DataFrame(rows, index=index, columns=K_MEANS_METRICS, dtype=float)


def choose_number(metrics, stability_floor):
    """
    Choose the best separated of the stable numbers of clusters, else the most stable one.

    Parameters
    ----------
    metrics : pandas.DataFrame
        ``silhouette`` and ``stability_ari`` on the index ``cluster_count``, ascending.
    stability_floor : float
        Smallest adjusted Rand index that is called stable.

    Returns
    -------
    number : int
        The stable number of clusters with the largest silhouette, the smaller one of equals; if
        none is stable, the one with the largest adjusted Rand index.
    is_stable : bool
        Whether it is stable.

    Examples
    --------
    >>> metrics = pd.DataFrame(
    ...     {"silhouette": [0.34, 0.36, 0.40], "stability_ari": [0.94, 0.92, 0.72]}, index=[3, 4, 5]
    ... )
    >>> choose_number(metrics, stability_floor=0.9)
    (4, True)
    >>> choose_number(metrics, stability_floor=0.95)
    (3, False)
    """
    rounded = metrics.round(DECIMALS)
    stable = rounded[rounded["stability_ari"] >= stability_floor]
    if len(stable):
        return int(stable["silhouette"].fillna(-np.inf).idxmax()), True
    return int(rounded["stability_ari"].fillna(-np.inf).idxmax()), False


def explain_choice(metrics, chosen, stability_floor):
    """
    Say of each number of clusters why it was chosen or not.

    Parameters
    ----------
    metrics : pandas.DataFrame
        As `choose_number` takes them.
    chosen : int
        What it returned.
    stability_floor : float
        Smallest adjusted Rand index that is called stable.

    Returns
    -------
    list of str
        A sentence per row.

    Examples
    --------
    >>> metrics = pd.DataFrame(
    ...     {"silhouette": [0.34, 0.36, 0.40], "stability_ari": [0.94, 0.92, 0.72]}, index=[3, 4, 5]
    ... )
    >>> for sentence in explain_choice(metrics, 4, 0.9):
    ...     print(sentence)
    Stable, but its silhouette of 0.340 is not above the 0.360 of 4 clusters.
    Chosen: the best silhouette (0.360) of the 2 stable numbers of clusters.
    Not stable: resamples agree by 0.720, below 0.9.
    """
    stable = metrics["stability_ari"].round(DECIMALS) >= stability_floor
    best = metrics.loc[chosen]

    def sentence(number, row):
        if number == chosen and not stable[number]:
            return (
                f"Chosen: the most stable one, although resamples agree by only "
                f"{row['stability_ari']:.3f}, below {stability_floor:g}."
            )
        if number == chosen and stable.sum() == 1:
            return "Chosen: the only stable number of clusters."
        if number == chosen:
            return (
                f"Chosen: the best silhouette ({row['silhouette']:.3f}) of the {stable.sum()} "
                "stable numbers of clusters."
            )
        if stable[number] and np.isnan(row["silhouette"]):
            return "Stable, but nothing is known of its separation: each customer is a cluster."
        if stable[number]:
            return (
                f"Stable, but its silhouette of {row['silhouette']:.3f} is not above the "
                f"{best['silhouette']:.3f} of {chosen} clusters."
            )
        return (
            f"Not stable: resamples agree by {row['stability_ari']:.3f}, below {stability_floor:g}."
        )

    return [sentence(number, row) for number, row in metrics.iterrows()]


def _refit(resample, centres, random_state):
    started_at_centres = KMeans(len(centres), init=centres, n_init=1)
    started_at_random = KMeans(len(centres), n_init=3, random_state=random_state)
    with warnings.catch_warnings():
        # a resample of few customers may hold fewer distinct ones than clusters
        warnings.simplefilter("ignore", ConvergenceWarning)
        fits = [k_means.fit(resample) for k_means in (started_at_centres, started_at_random)]
    return min(fits, key=lambda k_means: k_means.inertia_).cluster_centers_
