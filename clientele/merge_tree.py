"""Trees of merges: build one from points with sizes, cut it, draw its top."""

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

LINKAGES = ("ward", "average", "complete", "single")


def weighted_linkage(points, sizes, method="ward"):
    """
    Merge points that stand for several customers each, the nearest two first.

    The nearest-neighbour chain [2]_ with the update formulae of Lance and Williams [1]_, started
    with the sizes given. So the tree is that of the single customers above the point where equal
    ones have been merged; `scipy.cluster.hierarchy.linkage` starts with size 1.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features)
        Where the points are. Memory grows as n_points squared.
    sizes : ndarray of shape (n_points,)
        How many customers each stands for.
    method : {"ward", "average", "complete", "single"}
        Distance of two clusters. Ward: the root of twice the growth of the sum of squares.

    Returns
    -------
    ndarray of shape (n_points - 1, 4)
        As of scipy: two nodes, the height of their merge and how many customers it holds. Nodes
        0 … n_points - 1 are the points, node n_points + i is merge i; heights ascend.

    References
    ----------
    .. [1] Lance, G. N., Williams, W. T. (1967). A general theory of classificatory sorting
       strategies: 1. Hierarchical systems. The Computer Journal 9.
    .. [2] Murtagh, F., Contreras, P. (2012). Algorithms for hierarchical clustering: an overview.
       WIREs Data Mining and Knowledge Discovery 2.

    Examples
    --------
    >>> weighted_linkage(np.array([[0.0], [1.0], [5.0]]), np.array([3, 1, 2]), "average").tolist()
    [[0.0, 1.0, 1.0, 4.0], [2.0, 3.0, 4.75, 6.0]]
    """
    count = len(points)
    weights = np.asarray(sizes, dtype=float).copy()
    distances = cdist(points, points)
    if method == "ward":
        distances = distances**2 * 2 * np.outer(weights, weights)
        distances /= weights[:, None] + weights[None, :]
    np.fill_diagonal(distances, np.inf)
    is_left = np.ones(count, dtype=bool)
    merges = np.empty((max(count - 1, 0), 4))
    chain = []
    for number in range(count - 1):
        if not chain:
            chain.append(int(np.argmax(is_left)))
        while True:
            here = chain[-1]
            there = int(np.argmin(distances[here]))
            if len(chain) > 1 and distances[here, chain[-2]] <= distances[here, there]:
                break
            chain.append(there)
        first, second = sorted((chain.pop(), chain.pop()))
        height = distances[first, second]
        merged = _updated(distances, weights, first, second, method)
        weights[second] += weights[first]
        is_left[first] = False
        merged[[first, second]] = np.inf
        distances[second] = distances[:, second] = merged
        distances[first] = distances[:, first] = np.inf
        merges[number] = first, second, height, weights[second]
    if method == "ward":
        merges[:, 2] = np.sqrt(merges[:, 2])
    return _in_order_of_height(merges)


def _updated(distances, weights, first, second, method):
    one, two = distances[first], distances[second]
    if method == "single":
        return np.minimum(one, two)
    if method == "complete":
        return np.maximum(one, two)
    if method == "average":
        return (weights[first] * one + weights[second] * two) / (weights[first] + weights[second])
    total = weights[first] + weights[second] + weights
    grown = (weights[first] + weights) * one + (weights[second] + weights) * two
    return (grown - weights * distances[first, second]) / total


def _in_order_of_height(merges):
    count = len(merges) + 1
    node_of = np.arange(count)
    ordered = merges[np.argsort(merges[:, 2], kind="stable")]
    # a cluster is stored at its last point, so that point leads to its newest node
    for number, (first, second, _, _) in enumerate(ordered):
        nodes = sorted((node_of[int(first)], node_of[int(second)]))
        node_of[int(second)] = count + number
        ordered[number, :2] = nodes
    return ordered


def cut(merges, n_clusters):
    """
    Cut a tree into so many clusters, no more and no fewer, even where heights tie.

    Parameters
    ----------
    merges : ndarray of shape (n_points - 1, 4)
        The tree, by ascending height.
    n_clusters : int
        From 1 to n_points.

    Returns
    -------
    ndarray of int, shape (n_points,)
        Cluster of each point, from 0.

    Examples
    --------
    >>> cut(np.array([[0.0, 1.0, 1.0, 2.0], [2.0, 3.0, 4.5, 3.0]]), 2).tolist()
    [1, 1, 0]
    """
    count = len(merges) + 1
    kept = count - n_clusters
    cluster = np.full(count + kept, -1)
    for number in range(kept - 1, -1, -1):
        node = count + number
        if cluster[node] < 0:
            cluster[node] = node
        cluster[merges[number, :2].astype(int)] = cluster[node]
    lonely = np.flatnonzero(cluster[:count] < 0)
    cluster[lonely] = lonely
    return np.unique(cluster[:count], return_inverse=True)[1]


def drawn_tree(merges, sizes, clusters, n_leaves=30):
    """
    Lay out the top of a tree for drawing: the last merges, what is below them as leaves.

    Parameters
    ----------
    merges : ndarray of shape (n_points - 1, 4)
        The tree, by ascending height.
    sizes : ndarray of shape (n_points,)
        How many customers each point stands for.
    clusters : ndarray of int, shape (n_points,)
        Number of the cluster of each point.
    n_leaves : int
        How many leaves are drawn, if there are as many points.

    Returns
    -------
    links : pandas.DataFrame
        One row per merge drawn, the highest first. A link is a line through four points:
        (left_position, left_height), (left_position, merge_height), (right_position,
        merge_height), (right_position, right_height). ``cluster`` is missing where it holds
        customers of several. Of two branches the one with more customers is on the left.
    leaves : pandas.DataFrame
        One row per leaf, by position 1, 2, …

    Examples
    --------
    >>> merges = np.array([[0.0, 1.0, 1.0, 2.0], [2.0, 3.0, 4.5, 3.0]])
    >>> links, leaves = drawn_tree(merges, np.ones(3), np.array([1, 1, 2]))
    >>> links[["left_position", "left_height", "merge_height"]].to_numpy().tolist()
    [[1.5, 1.0, 4.5], [1.0, 0.0, 1.0]]
    >>> leaves["cluster"].tolist()
    [1, 1, 2]
    """
    count = len(merges) + 1
    first_drawn = max(count - n_leaves, 0)
    children = merges[:, :2].astype(int)
    customers = np.concatenate([np.asarray(sizes, dtype=float), merges[:, 3]])
    heights = np.concatenate([np.zeros(count), merges[:, 2]])
    heights[: count + first_drawn] = 0.0
    cluster = np.concatenate([clusters, np.zeros(len(merges), dtype=int)])
    for number, (one, two) in enumerate(children):
        cluster[count + number] = cluster[one] if cluster[one] == cluster[two] else 0

    positions = np.full(2 * count - 1, np.nan)
    leaves, waiting = [], [2 * count - 2]
    while waiting:
        node = waiting.pop()
        if node < count + first_drawn:
            leaves.append(node)
            positions[node] = len(leaves)
        else:
            waiting.extend(reversed(_left_and_right(children[node - count], customers)))
    links = []
    for number in range(first_drawn, count - 1):
        left, right = _left_and_right(children[number], customers)
        positions[count + number] = (positions[left] + positions[right]) / 2
        links.append(
            {
                "position": positions[count + number],
                "left_position": positions[left],
                "right_position": positions[right],
                "left_height": heights[left],
                "right_height": heights[right],
                "merge_height": merges[number, 2],
                "customers": int(customers[count + number]),
                "cluster": cluster[count + number] or None,
            }
        )
    drawn = pd.DataFrame(
        {
            "position": positions[leaves],
            "customers": customers[leaves].astype(int),
            "cluster": [cluster[node] or None for node in leaves],
        }
    )
    return _numbered(pd.DataFrame(links[::-1], columns=LINK_COLUMNS)), _numbered(drawn)


LINK_COLUMNS = (
    "position",
    "left_position",
    "right_position",
    "left_height",
    "right_height",
    "merge_height",
    "customers",
    "cluster",
)


def _left_and_right(nodes, customers):
    return sorted(nodes, key=lambda node: (-customers[node], node))


def _numbered(table):
    return table.astype({"cluster": "Int64"})
