"""Group customers who behave alike."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.decomposition import PCA
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from clientele.checks import numeric_columns, real_number, whole_number
from clientele.cluster_choice import numbers_to_try
from clientele.cluster_features import (
    RFM_FEATURES,
    CustomerFeatures,
    numbers_by_value,
    order_of_points,
    why_not_clustered,
)
from clientele.k_means_choice import (
    K_MEANS_METRICS,
    choose_number,
    compare_numbers,
    explain_choice,
    nearest_centres,
)

COMPONENTS = ("pca_1", "pca_2", "pca_3")
FITTED_COLUMNS = ("part", "number", "feature", "measure", "estimate", "sentence")


class BehaviourClusters(ClusterMixin, BaseEstimator):
    """
    K-means on how recently, how often and for how much each customer bought.

    Assumptions
    -----------
    1. A ratio matters, not a difference: one order against two is as far apart as ten against
       twenty. So each feature is taken as log(1 + feature), a negative one as 0.
    2. The three features count alike: each log feature is scaled to mean 0 and variance 1. One
       that is the same for every customer has no say.
    3. Clusters are round and of similar width in that space.
    4. Clusters that other customers of the same kind would not give again are worth little: a
       number of clusters must be stable before it may be chosen for being well separated.

    The same customers get the same labels whatever the order of the rows or the names of the
    customers: rows are sorted by their features before the fit, the seed is fixed, one thread is
    used, and clusters are numbered by total monetary value, cluster 1 having the largest.

    Parameters
    ----------
    n_clusters : int or "auto", default="auto"
        How many clusters to form. auto: of the numbers from `min_clusters` to `max_clusters` that
        are stable the one with the best silhouette, the smaller one of equals; if none is, the
        most stable one, and the status is "warn".
    min_clusters, max_clusters : int, default=3 and 8
        The numbers that auto tries, as far as there are so many distinct customers.
    stability_floor : float, default=0.9
        Mean adjusted Rand index between the clusters and those of resamples from which on a number
        of clusters is stable.
    grid_above : int, default=20000
        Above so many customers k-means runs on the cells of a grid, 0.05 standard deviations wide,
        weighted by their customers. Each customer then goes to the nearest centre.
    n_bootstraps : int, default=10
        Number of resamples, each of at most 5,000 customers.
    evaluation_size : int, default=3000
        How many customers silhouette, Calinski-Harabasz, Davies-Bouldin and the adjusted Rand
        index are taken on at most, at even distances from the sorted ones.
    random_state : int, default=42
        Seed of the starting centres and of the resamples.

    Attributes
    ----------
    n_clusters_ : int
        Number of clusters formed, 0 if none.
    labels_ : pandas array of Int64
        Cluster 1 ... `n_clusters_` of each row given to `fit`, in the order given; missing where
        no cluster could be formed and for a row that lacks a feature.
    scaled_centers_ : ndarray of shape (n_clusters_, 3)
        Centre of each cluster in the scaled space, cluster 1 first.
    cluster_centers_ : ndarray of shape (n_clusters_, 3)
        The same in original units (days, orders, money). As centres are means of logs, these are a
        kind of geometric mean.
    inertia_ : float
        Sum of squared distances of all customers to the nearest centre in the scaled space; NaN if
        there are no clusters.
    models_ : pandas.DataFrame
        One row per number of clusters tried: ``cluster_count``, ``inertia``, ``silhouette``,
        ``calinski_harabasz``, ``davies_bouldin``, ``stability_ari``, ``is_chosen`` and ``why``, a
        sentence. No row if there are no clusters.
    components_ : ndarray of shape (n_components, 3)
        Loadings of the principal components of the scaled features, the first one first, the
        largest loading of each positive; one for each feature, fewer if there are fewer customers.
    explained_variance_ratio_ : ndarray of shape (n_components,)
        Share of the variance that lies along each component.
    status_ : {"ok", "warn", "too_few_customers", "too_few_distinct_customers"}
        Whether clusters were formed, and whether they are stable.
    status_reason_ : str or None
        Why the status is not ok, in a sentence.

    Raises
    ------
    TypeError
        If the input is no DataFrame or a feature is not numeric.
    ValueError
        If a feature column is missing or a setting is illegal. Never for too few customers.

    Examples
    --------
    >>> customers = pd.DataFrame(
    ...     {
    ...         "recency_days": [3, 300, 5, 280],
    ...         "order_count": [20, 1, 25, 1],
    ...         "monetary_value": [900.0, 15.0, 1100.0, 12.0],
    ...     }
    ... )
    >>> clusters = BehaviourClusters(n_clusters=2).fit(customers)
    >>> clusters.labels_.tolist()
    [1, 2, 1, 2]
    >>> clusters.cluster_centers_.round(1).tolist()
    [[3.9, 22.4, 995.0], [289.8, 1.0, 13.4]]
    >>> clusters.explained_variance_ratio_.round(2).tolist()
    [1.0, 0.0, 0.0]
    >>> BehaviourClusters(n_clusters=5).fit(customers).status_reason_
    '5 clusters need at least 5 customers; there are 4.'
    """

    def __init__(
        self,
        n_clusters="auto",
        min_clusters=3,
        max_clusters=8,
        stability_floor=0.9,
        grid_above=20_000,
        n_bootstraps=10,
        evaluation_size=3_000,
        random_state=42,
    ):
        self.n_clusters = n_clusters
        self.min_clusters = min_clusters
        self.max_clusters = max_clusters
        self.stability_floor = stability_floor
        self.grid_above = grid_above
        self.n_bootstraps = n_bootstraps
        self.evaluation_size = evaluation_size
        self.random_state = random_state

    def fit(self, X, y=None):
        """
        Form the clusters.

        Parameters
        ----------
        X : pandas.DataFrame
            One row per customer with ``recency_days`` (days), ``order_count`` (orders) and
            ``monetary_value`` (money); other columns are ignored.
        y : None
            Ignored; there by convention.

        Returns
        -------
        BehaviourClusters
        """
        numbers = numbers_to_try(self.n_clusters, self.min_clusters, self.max_clusters)
        settings = {
            "grid_above": whole_number("grid_above", self.grid_above, at_least=0),
            "n_bootstraps": whole_number("n_bootstraps", self.n_bootstraps, at_least=1),
            "evaluation_size": whole_number("evaluation_size", self.evaluation_size, at_least=2),
            "random_state": whole_number("random_state", self.random_state, at_least=0),
        }
        floor = real_number("stability_floor", self.stability_floor, at_least=0)

        self.features_ = CustomerFeatures(RFM_FEATURES).fit(X)
        points = self.features_.transform(X)
        ordered = order_of_points(points)
        points = points[ordered]
        self._forget()
        self.labels_ = _cluster_numbers(len(X))
        distinct = 1 + int(np.any(np.diff(points, axis=0) != 0, axis=1).sum()) if len(points) else 0
        feasible = [number for number in numbers if number <= distinct]
        if not feasible:
            self.status_, self.status_reason_ = why_not_clustered(points, min(numbers))
            return self

        values = numeric_columns(X, ["monetary_value"], "the customer table").to_numpy()[ordered, 0]
        with threadpool_limits(limits=1):
            centres, metrics = compare_numbers(points, feasible, **settings)
            self._choose(metrics, floor)
            self._number(points, values, centres[self.n_clusters_])
            self._find_components(points)
        labels = nearest_centres(points, self.scaled_centers_)[0]
        self.labels_ = _cluster_numbers(len(X), ordered, labels)
        return self

    def assign(self, X):
        """
        Put customers in the cluster with the nearest centre.

        Parameters
        ----------
        X : pandas.DataFrame
            One row per customer, as `fit` takes them.

        Returns
        -------
        pandas.DataFrame
            On the index of `X`: ``cluster`` (Int64), ``pca_1``, ``pca_2`` and ``pca_3``, the
            coordinates on the principal components, ``status`` and ``status_reason``. The status
            is `status_`, or "incomplete_customer" for a row that lacks a feature.
        """
        check_is_fitted(self, "status_")
        points = self.features_.transform(X)
        complete = np.isfinite(points).all(axis=1)
        clusters = _cluster_numbers(len(points))
        if self.n_clusters_:
            labels = nearest_centres(points[complete], self.scaled_centers_)[0]
            clusters = _cluster_numbers(len(points), np.flatnonzero(complete), labels)
        assigned = pd.DataFrame({"cluster": clusters}, index=X.index)
        for name, loadings in zip(COMPONENTS, self._padded_components(), strict=True):
            # feature by feature: a customer's coordinate then never depends on the other rows
            assigned[name] = sum(points[:, i] * loading for i, loading in enumerate(loadings))
        assigned["status"] = pd.Series(self.status_, index=X.index, dtype=object)
        assigned["status_reason"] = pd.Series(self.status_reason_, index=X.index, dtype=object)
        if self.n_clusters_:
            reason = f"One of {', '.join(self.features_.columns_)} is missing."
            assigned.loc[~complete, ["status", "status_reason"]] = "incomplete_customer", reason
        return assigned

    def to_table(self):
        """
        Write down all that was learnt, for `from_table` and for reports.

        Returns
        -------
        pandas.DataFrame
            One row per ``part`` (feature, centre, component, model or clustering), ``number`` (of
            the feature, cluster, component, or clusters tried; else 0), ``feature`` (or all) and
            ``measure``, with its ``estimate`` or ``sentence``.
        """
        check_is_fitted(self, "status_")
        names = list(self.features_.features)
        rows = [("clustering", 0, "all", "status", np.nan, self.status_)]
        rows += [("clustering", 0, "all", "status_reason", np.nan, self.status_reason_)]
        for measure in ("mean", "scale", "smallest"):
            learnt = getattr(self.features_, f"{measure}_")
            rows += [
                ("feature", number, name, measure, estimate, None)
                for number, (name, estimate) in enumerate(zip(names, learnt, strict=True), start=1)
            ]
        for part, measure, matrix in (
            ("centre", "scaled_centre", self.scaled_centers_),
            ("component", "loading", self.components_),
        ):
            rows += [
                (part, number, name, measure, estimate, None)
                for number, vector in enumerate(matrix, start=1)
                for name, estimate in zip(names, vector, strict=True)
            ]
        rows += [
            ("component", number, "all", "explained_variance_ratio", ratio, None)
            for number, ratio in enumerate(self.explained_variance_ratio_, start=1)
        ]
        for model in self.models_.to_dict("records"):
            number = model["cluster_count"]
            rows += [("model", number, "all", name, model[name], None) for name in K_MEANS_METRICS]
            rows += [("model", number, "all", "is_chosen", float(model["is_chosen"]), None)]
            rows += [("model", number, "all", "why", np.nan, model["why"])]
        return pd.DataFrame(rows, columns=FITTED_COLUMNS)

    @classmethod
    def from_table(cls, table):
        """
        Make a fitted estimator that can `assign`, of a table that `to_table` wrote.

        Parameters
        ----------
        table : pandas.DataFrame
            The table, its rows in any order.

        Returns
        -------
        BehaviourClusters
            Fitted, without ``labels_``, ``models_`` and ``inertia_``.

        Examples
        --------
        >>> customers = pd.DataFrame(
        ...     {"recency_days": [3, 300], "order_count": [9, 1], "monetary_value": [500.0, 12.0]}
        ... )
        >>> table = BehaviourClusters(n_clusters=2).fit(customers).to_table()
        >>> BehaviourClusters.from_table(table).assign(customers)["cluster"].tolist()
        [1, 2]
        """

        def learnt(part, measure):
            rows = table[(table["part"] == part) & (table["measure"] == measure)]
            return rows.pivot(index="number", columns="feature", values="estimate")

        features = table[(table["part"] == "feature") & (table["measure"] == "mean")]
        names = features.sort_values("number")["feature"].tolist()
        sentences = table[table["part"] == "clustering"].set_index("measure")["sentence"]
        clusters = cls()
        clusters._forget()
        clusters.features_ = CustomerFeatures(names).restore(
            *(
                learnt("feature", measure).max(axis=0)[names]
                for measure in ("mean", "scale", "smallest")
            )
        )
        clusters.scaled_centers_ = learnt("centre", "scaled_centre").reindex(columns=names)
        clusters.scaled_centers_ = clusters.scaled_centers_.to_numpy(dtype=float)
        clusters.components_ = learnt("component", "loading").reindex(columns=names)
        clusters.components_ = clusters.components_.to_numpy(dtype=float)
        clusters.n_clusters_ = len(clusters.scaled_centers_)
        clusters.status_ = sentences["status"]
        reason = sentences["status_reason"]
        clusters.status_reason_ = None if pd.isna(reason) else reason
        return clusters

    def _forget(self):
        count = len(RFM_FEATURES)
        self.n_clusters_ = 0
        self.scaled_centers_ = np.empty((0, count))
        self.cluster_centers_ = np.empty((0, count))
        self.components_ = np.empty((0, count))
        self.explained_variance_ratio_ = np.empty(0)
        self.inertia_ = np.nan
        self.models_ = pd.DataFrame(columns=["cluster_count", *K_MEANS_METRICS, "is_chosen", "why"])

    def _choose(self, metrics, floor):
        self.status_, self.status_reason_ = "ok", None
        if self.n_clusters != "auto":
            chosen = int(metrics.index[0])
            agreement = metrics["stability_ari"].iloc[0]
            why = [f"Set beforehand; resamples agree by {agreement:.3f}."]
        else:
            chosen, is_stable = choose_number(metrics, floor)
            why = explain_choice(metrics, chosen, floor)
            if not is_stable:
                self.status_ = "warn"
                self.status_reason_ = (
                    f"No number of clusters from {metrics.index[0]} to {metrics.index[-1]} is "
                    f"stable; with {chosen}, the most stable one, resamples agree by "
                    f"{metrics.loc[chosen, 'stability_ari']:.3f}, below {floor:g}."
                )
        self.n_clusters_ = chosen
        self.inertia_ = float(metrics.loc[chosen, "inertia"])
        self.models_ = metrics.assign(is_chosen=metrics.index == chosen, why=why).reset_index()

    def _number(self, points, values, centres):
        labels = nearest_centres(points, centres)[0]
        self.scaled_centers_ = centres[numbers_by_value(labels, values, centres)]
        self.cluster_centers_ = self.features_.inverse_transform(self.scaled_centers_)

    def _find_components(self, points):
        pca = PCA(n_components=min(points.shape), svd_solver="full").fit(points)
        # of loadings that are equally large the first one decides, whatever their last digit
        largest = np.abs(pca.components_).round(9).argmax(axis=1)
        signs = np.sign(np.take_along_axis(pca.components_, largest[:, None], axis=1))
        self.components_ = pca.components_ * signs
        self.explained_variance_ratio_ = pca.explained_variance_ratio_

    def _padded_components(self):
        padded = np.full((len(COMPONENTS), len(RFM_FEATURES)), np.nan)
        padded[: len(self.components_)] = self.components_
        return padded


def _cluster_numbers(count, rows=(), labels=()):
    numbers = np.zeros(count, dtype=np.int64)
    is_missing = np.ones(count, dtype=bool)
    if len(rows):
        numbers[rows] = labels + 1
        is_missing[rows] = False
    return pd.arrays.IntegerArray(numbers, is_missing)
