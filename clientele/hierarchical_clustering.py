"""Group customers who behave alike by merging the nearest ones, step by step."""

import numpy as np
import pandas as pd
from scipy.cluster import hierarchy
from scipy.spatial.distance import cdist
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from clientele.checks import numeric_columns, whole_number
from clientele.cluster_choice import (
    CELL_WIDTH,
    METRICS,
    best_by_silhouette,
    cells_of_grid,
    evenly_spaced_rows,
    judged,
    means_of_groups,
    numbers_to_try,
)
from clientele.cluster_features import (
    RFM_FEATURES,
    CustomerFeatures,
    numbers_by_value,
    order_of_points,
    why_not_clustered,
)
from clientele.merge_tree import LINKAGES, cut, drawn_tree, weighted_linkage

BEYOND = ("micro_clusters", "sample")


class HierarchicalClusters(ClusterMixin, BaseEstimator):
    """
    Agglomerative clusters of customers: exact for some thousands, close to it for millions.

    Assumptions
    -----------
    1. Features count alike: each is standardised over all customers (`CustomerFeatures`).
    2. Up to `exact_up_to` customers the tree is exact. Beyond, ``"micro_clusters"`` first puts
       customers who are all but equal into some hundred small clusters by k-means, and builds the
       tree of those with their sizes; a customer is where the own micro-cluster is.
       ``"sample"`` builds it of every ⌈n / exact_up_to⌉-th customer in the order given, and puts
       each other customer into the cluster with the nearest mean.
    3. The tree is cut at the number of clusters asked for. ``"auto"`` takes the number from
       `min_clusters` to `max_clusters` with the best silhouette, of equal ones the smallest.

    Clusters are numbered by total value, cluster 1 having the largest. The order of the rows
    changes nothing, unless ``"sample"`` takes some of them by it.

    Parameters
    ----------
    features : sequence of str
        As `CustomerFeatures` reads them.
    n_clusters : int or "auto", default="auto"
        How many clusters to form.
    linkage : {"ward", "average", "complete", "single"}
        What the distance of two clusters is.
    exact_up_to : int, default=10000
        Up to how many customers the tree is exact. Time and memory grow as the square:
        10,000 take 4 s and 1 GB.
    beyond : {"micro_clusters", "sample"}
        What is done with more customers.
    n_micro_clusters : int, default=1000
        At most so many micro-clusters are formed.
    min_clusters, max_clusters : int, default=3, 8
        Range of ``n_clusters="auto"``.
    judged_customers : int, default=3000
        Metrics are taken from at most so many customers.
    compared_customers : int, default=3000
        The agreement is told by at most so many customers.
    n_leaves : int, default=30
        How many leaves of the dendrogram are drawn.
    value : str, default="monetary_value"
        Column by whose total clusters are numbered.

    Attributes
    ----------
    labels_ : pandas array of Int64
        Cluster of each row given to `fit`, in the order given; missing where there is none.
    n_clusters_ : int or None
        How many clusters were formed.
    method_ : {"exact", "sample", "micro_clusters"}
        What the tree was built of.
    agreement_ : float
        Adjusted Rand index of the labels against an exact run on some of the customers alone:
        1 for the same clusters, 0 for chance. NaN for an exact tree or none.
    assignments_ : pandas.DataFrame
        One row per row given to `fit`, on its index: ``cluster``, ``is_in_sample`` (whether the
        customer is a leaf of the tree itself), ``status`` and ``status_reason``.
    models_ : pandas.DataFrame
        One row per number of clusters tried: ``n_clusters``, ``is_chosen``, ``linkage``,
        ``method``, ``customers``, ``leaf_count``, ``judged_customers``, ``silhouette``,
        ``calinski_harabasz``, ``davies_bouldin``, ``agreement``, ``status``, ``status_reason``.
        If there are no clusters, one row for the smallest number asked for.
    links_, leaves_ : pandas.DataFrame
        The dendrogram's top as `drawn_tree` gives it. Customers are those of the sample where the
        tree is that of a sample.
    status_, status_reason_ : str
        ``"ok"``, or as `why_not_clustered` says.

    Raises
    ------
    TypeError
        If the input is no DataFrame or a column is not numeric.
    ValueError
        If a column is missing or a setting is illegal. Never for too few customers.

    References
    ----------
    Ward, J. H. (1963). Hierarchical grouping to optimize an objective function. JASA 58.
    Hubert, L., Arabie, P. (1985). Comparing partitions. Journal of Classification 2.

    Examples
    --------
    >>> customers = pd.DataFrame(
    ...     {
    ...         "recency_days": [3, 300, 5, 280],
    ...         "order_count": [20, 1, 25, 1],
    ...         "monetary_value": [900.0, 15.0, 1100.0, 12.0],
    ...     }
    ... )
    >>> clusters = HierarchicalClusters(n_clusters=2).fit(customers)
    >>> clusters.labels_.tolist()
    [1, 2, 1, 2]
    >>> clusters.links_["customers"].tolist()
    [4, 2, 2]
    """

    def __init__(
        self,
        features=RFM_FEATURES,
        n_clusters="auto",
        linkage="ward",
        exact_up_to=10_000,
        beyond="micro_clusters",
        n_micro_clusters=1_000,
        min_clusters=3,
        max_clusters=8,
        judged_customers=3_000,
        compared_customers=3_000,
        n_leaves=30,
        value="monetary_value",
    ):
        self.features = features
        self.n_clusters = n_clusters
        self.linkage = linkage
        self.exact_up_to = exact_up_to
        self.beyond = beyond
        self.n_micro_clusters = n_micro_clusters
        self.min_clusters = min_clusters
        self.max_clusters = max_clusters
        self.judged_customers = judged_customers
        self.compared_customers = compared_customers
        self.n_leaves = n_leaves
        self.value = value

    def fit(self, X, y=None):
        """
        Form the clusters.

        Parameters
        ----------
        X : pandas.DataFrame
            One row per customer with the columns that the features read, and the value.
        y : None
            Ignored; there by convention.

        Returns
        -------
        HierarchicalClusters
        """
        numbers = numbers_to_try(self.n_clusters, self.min_clusters, self.max_clusters)
        exact_up_to = whole_number("exact_up_to", self.exact_up_to, at_least=2)
        _one_of("linkage", self.linkage, LINKAGES)
        _one_of("beyond", self.beyond, BEYOND)
        values = numeric_columns(X, [self.value], "the customer table")[self.value].to_numpy()
        points = CustomerFeatures(self.features).fit_transform(X)
        points[~np.isfinite(values)] = np.nan
        complete = np.isfinite(points).all(axis=1)
        # equal points in the order of their values, so that totals are summed in one order too
        ordered = order_of_points(np.column_stack([points, values]))
        points = points[ordered]
        self.method_ = "exact" if len(points) <= exact_up_to else self.beyond
        is_leaf = np.full(len(points), self.method_ == "exact")
        if self.method_ == "sample":
            step = -(-len(points) // exact_up_to)
            # the place of a customer among the complete rows, as they were given
            is_leaf = (np.cumsum(complete) - 1)[ordered] % step == 0

        self.n_clusters_, self.agreement_, labels = None, np.nan, None
        self.links_, self.leaves_ = drawn_tree(np.empty((0, 4)), [0], [0])
        self.leaves_ = self.leaves_.iloc[:0]
        with threadpool_limits(limits=1):
            self.status_, self.status_reason_ = why_not_clustered(points, numbers[0])
            if self.status_ == "ok" and self.method_ == "sample":
                self.status_, self.status_reason_ = why_not_clustered(points[is_leaf], numbers[0])
            trials = []
            if self.status_ == "ok":
                labels, trials = self._form_clusters(points, values[ordered], is_leaf, numbers)
        self.models_ = self._models(trials, numbers[0], len(points), is_leaf)
        self.labels_ = pd.array([pd.NA] * len(complete), dtype="Int64")
        if labels is not None:
            self.labels_[ordered] = labels
        in_sample = np.zeros(len(complete), dtype=bool)
        in_sample[ordered] = is_leaf
        self.assignments_ = self._assignments(X.index, complete, in_sample)
        return self

    def _form_clusters(self, points, values, is_leaf, numbers):
        micro_of = None
        if self.method_ == "micro_clusters":
            nodes, sizes, micro_of = micro_clusters(points, self.n_micro_clusters)
            tree = weighted_linkage(nodes, sizes, self.linkage)
        else:
            nodes, sizes = points[is_leaf], np.ones(int(is_leaf.sum()))
            tree = _exact_tree(nodes, self.linkage)
        self._leaf_count = len(nodes)

        def spread(leaf_labels):
            if micro_of is not None:
                return leaf_labels[micro_of]
            return _spread_to_nearest(points, is_leaf, leaf_labels)

        judges = evenly_spaced_rows(len(points), self.judged_customers)
        distinct = len(np.unique(nodes, axis=0))
        trials = []
        for number in (number for number in numbers if number <= distinct):
            measured = judged(points[judges], spread(cut(tree, number))[judges])
            trials.append({"n_clusters": number, "judged_customers": len(judges), **measured})
        self.n_clusters_ = best_by_silhouette(
            [trial["n_clusters"] for trial in trials], [trial["silhouette"] for trial in trials]
        )
        leaf_labels = cut(tree, self.n_clusters_)
        labels = spread(leaf_labels)
        if self.method_ != "exact":
            compared = evenly_spaced_rows(len(points), self.compared_customers)
            exact = cut(_exact_tree(points[compared], self.linkage), self.n_clusters_)
            self.agreement_ = float(adjusted_rand_score(exact, labels[compared]))
        ranking = numbers_by_value(
            labels, values, means_of_groups(points, labels, self.n_clusters_)
        )
        number_of = np.argsort(ranking) + 1
        self.links_, self.leaves_ = drawn_tree(
            tree, sizes, number_of[leaf_labels], max(self.n_leaves, self.n_clusters_)
        )
        return number_of[labels], trials

    def _models(self, trials, smallest, customers, is_leaf):
        rows = trials or [
            {"n_clusters": smallest, "judged_customers": 0, **dict.fromkeys(METRICS, np.nan)}
        ]
        models = pd.DataFrame(rows)
        models["is_chosen"] = (models["n_clusters"] == self.n_clusters_) & bool(trials)
        models["agreement"] = np.where(models["is_chosen"], self.agreement_, np.nan)
        models["leaf_count"] = self._leaf_count if trials else 0
        return models.assign(
            linkage=self.linkage,
            method=self.method_,
            customers=customers,
            status=self.status_,
            status_reason=self.status_reason_,
        )

    def _assignments(self, index, complete, in_sample):
        incomplete = (self.status_ == "ok") & ~complete
        reason = "One of the features or the value is missing."
        return pd.DataFrame(
            {
                "cluster": self.labels_,
                "is_in_sample": in_sample & (self.status_ == "ok"),
                "status": np.where(incomplete, "incomplete_customer", self.status_),
                "status_reason": pd.Series(
                    np.where(incomplete, reason, self.status_reason_), dtype=object
                ).to_numpy(),
            },
            index=index,
        )


def micro_clusters(points, at_most):
    """
    Put customers who are all but equal together: k-means that starts from the cells of a grid.

    Nothing is random. Customers in one cell (`CELL_WIDTH` standard deviations wide) count as
    their mean, so that a million costs as much as the cells that they fill. The cells of the
    finest grid that fills at most `at_most` of them are the first centres.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Standardised points, sorted.
    at_most : int
        How many micro-clusters there may be.

    Returns
    -------
    centres : ndarray of shape (n_micro_clusters, n_features)
        Mean of each micro-cluster's customers.
    sizes : ndarray of shape (n_micro_clusters,)
        Customers in each.
    labels : ndarray of int, shape (n_customers,)
        Micro-cluster of each customer, from 0.

    Examples
    --------
    >>> points = np.array([[0.0], [0.01], [3.0], [3.02], [9.0]])
    >>> centres, sizes, labels = micro_clusters(points, 3)
    >>> labels.tolist(), sizes.tolist()
    ([0, 0, 1, 1, 2], [2, 2, 1])
    """
    width = CELL_WIDTH
    cell_of = np.append(0, (points[1:] != points[:-1]).any(axis=1).cumsum())
    if cell_of[-1] >= at_most:
        cell_of = cells_of_grid(points, width)
        while cell_of.max() + 1 < at_most and width > 1e-9:
            width /= 2
            cell_of = cells_of_grid(points, width)
    counts = np.bincount(cell_of)
    cells = means_of_groups(points, cell_of, len(counts))
    start_of = np.arange(len(cells))
    while start_of.max() + 1 > at_most:
        width *= 1.1
        start_of = cells_of_grid(cells, width)
    starts = means_of_groups(cells, start_of, start_of.max() + 1, counts)
    micro_of_cell = start_of
    if len(starts) < len(cells):
        k_means = KMeans(len(starts), init=starts, n_init=1, max_iter=20)
        micro_of_cell = k_means.fit(cells, sample_weight=counts.astype(float)).labels_
        micro_of_cell = np.unique(micro_of_cell, return_inverse=True)[1]
    labels = micro_of_cell[cell_of]
    sizes = np.bincount(labels)
    return means_of_groups(points, labels, len(sizes)), sizes, labels


def _exact_tree(points, linkage):
    return hierarchy.linkage(points, linkage) if len(points) > 1 else np.empty((0, 4))


def _spread_to_nearest(points, is_leaf, leaf_labels):
    labels = np.empty(len(points), dtype=int)
    labels[is_leaf] = leaf_labels
    if not is_leaf.all():
        centres = means_of_groups(points[is_leaf], leaf_labels, leaf_labels.max() + 1)
        labels[~is_leaf] = cdist(points[~is_leaf], centres).argmin(axis=1)
    return labels


def _one_of(name, value, legal):
    if value not in legal:
        raise ValueError(f"{name} must be one of {', '.join(legal)}, not {value!r}.")
