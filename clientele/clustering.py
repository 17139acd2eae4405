"""Group customers who behave alike."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from clientele.checks import numeric_columns, whole_number

FEATURES = ("recency_days", "order_count", "monetary_value")


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

    The same customers get the same labels whatever the order of the rows or the names of the
    customers: rows are sorted by their features before the fit, the seed is fixed, one thread is
    used, and clusters are numbered by total monetary value, cluster 1 having the largest.

    Parameters
    ----------
    n_clusters : int, default=4
        How many clusters to form.
    random_state : int, default=42
        Seed of the starting centres.

    Attributes
    ----------
    labels_ : pandas array of Int64
        Cluster 1 ... `n_clusters` of each row given to `fit`, in the order given; missing where no
        cluster could be formed and for a row that lacks a feature.
    cluster_centers_ : ndarray of shape (n_clusters, 3)
        Centre of each cluster in original units (days, orders, money), cluster 1 first. As centres
        are means of logs, these are a kind of geometric mean. Empty if there are no clusters.
    inertia_ : float
        Sum of squared distances to the nearest centre in the scaled space; NaN if there are no
        clusters.
    status_ : {"ok", "too_few_customers", "too_few_distinct_customers"}
        Whether clusters were formed.
    status_reason_ : str or None
        Why not, in a sentence; None if they were.
    assignments_ : pandas.DataFrame
        One row per row given to `fit`, on its index: ``cluster``, ``status`` and
        ``status_reason``. The status is `status_`, or "incomplete_customer" for a row that lacks
        a feature.

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
    >>> BehaviourClusters(n_clusters=5).fit(customers).status_reason_
    '5 clusters need at least 5 customers; there are 4.'
    """

    def __init__(self, n_clusters=4, random_state=42):
        self.n_clusters = n_clusters
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
        n_clusters = whole_number("n_clusters", self.n_clusters, at_least=1)
        random_state = whole_number("random_state", self.random_state, at_least=0)
        measures = numeric_columns(X, FEATURES, "the customer table").to_numpy()
        complete = np.isfinite(measures).all(axis=1)
        ordered = np.flatnonzero(complete)
        ordered = ordered[np.lexsort(measures[ordered].T[::-1])]

        self.cluster_centers_ = np.empty((0, len(FEATURES)))
        self.inertia_ = np.nan
        self.status_, self.status_reason_ = _can_cluster(measures[ordered], n_clusters)
        labels = pd.array([pd.NA] * len(measures), dtype="Int64")
        if self.status_ == "ok":
            labels[ordered] = self._form_clusters(measures[ordered], n_clusters, random_state)
        self.labels_ = labels
        self.assignments_ = self._describe(X.index, complete)
        return self

    def _form_clusters(self, measures, n_clusters, random_state):
        scaler = StandardScaler()
        scaled = scaler.fit_transform(_log_features(measures))
        with threadpool_limits(limits=1):
            k_means = KMeans(n_clusters, n_init=10, random_state=random_state).fit(scaled)
        centres = np.expm1(scaler.inverse_transform(k_means.cluster_centers_))
        total_value = np.bincount(k_means.labels_, weights=measures[:, 2], minlength=n_clusters)
        ranking = np.lexsort((centres[:, 2], centres[:, 1], centres[:, 0], -total_value))
        self.cluster_centers_ = centres[ranking]
        self.inertia_ = float(k_means.inertia_)
        return np.argsort(ranking)[k_means.labels_] + 1

    def _describe(self, index, complete):
        incomplete = (self.status_ == "ok") & ~complete
        reason = f"One of {', '.join(FEATURES)} is missing."
        return pd.DataFrame(
            {
                "cluster": self.labels_,
                "status": np.where(incomplete, "incomplete_customer", self.status_),
                "status_reason": pd.Series(
                    np.where(incomplete, reason, self.status_reason_), dtype=object
                ).to_numpy(),
            },
            index=index,
        )


def _can_cluster(measures, n_clusters):
    if len(measures) < n_clusters:
        return "too_few_customers", (
            f"{n_clusters} clusters need at least {n_clusters} customers; "
            f"there {_are(len(measures))}."
        )
    distinct = len(pd.DataFrame(_log_features(measures)).drop_duplicates())
    if distinct < n_clusters:
        return "too_few_distinct_customers", (
            f"{n_clusters} clusters need at least {n_clusters} customers who differ in behaviour; "
            f"there {_are(distinct)}."
        )
    return "ok", None


def _log_features(measures):
    return np.log1p(np.clip(measures, 0, None))


def _are(count):
    return "is 1" if count == 1 else f"are {count}"
