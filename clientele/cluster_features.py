"""Turn customers into points that a clustering can compare, and clusters into stable numbers."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from clientele.checks import numeric_columns

RFM_FEATURES = ("log1p recency_days", "log1p order_count", "log1p monetary_value")


class CustomerFeatures(TransformerMixin, BaseEstimator):
    """
    Named measures of customers, on a log scale where it says so, each with mean 0 and variance 1.

    Assumptions
    -----------
    1. Features count alike, whatever their units: each is standardised over all complete
       customers. One that is the same for every customer has no say.
    2. ``log1p measure`` is log(1 + measure), a negative value taken as 0. ``log measure`` is
       log(measure), a value at or below 0 taken as the smallest positive one. A ratio then
       matters, not a difference: one order against two is as far apart as ten against twenty.

    Parameters
    ----------
    features : sequence of str
        Name of a numeric column each, after ``log1p`` or ``log`` and a blank or by itself.

    Attributes
    ----------
    columns_ : list of str
        The columns that the features read.
    mean_, scale_ : ndarray of shape (n_features,)
        Mean and population standard deviation of each transformed feature over the complete
        rows; a deviation of 0 counts as 1.
    smallest_ : ndarray of shape (n_features,)
        Smallest positive value of each column, which ``log`` puts in place of what is not above 0.

    Raises
    ------
    TypeError
        If the input is no DataFrame or a feature is not numeric.
    ValueError
        If a feature column is missing or a feature is named otherwise.

    Examples
    --------
    >>> customers = pd.DataFrame({"order_count": [1, 1, 4], "recency_days": [3, 9, 6]})
    >>> features = CustomerFeatures(["log order_count", "recency_days"]).fit(customers)
    >>> features.transform(customers).round(3).tolist()
    [[-0.707, -1.225], [-0.707, 1.225], [1.414, 0.0]]
    >>> features.inverse_transform([[-0.70710678, 0.0]]).round(3).tolist()
    [[1.0, 6.0]]
    """

    def __init__(self, features=RFM_FEATURES):
        self.features = features

    def fit(self, X, y=None):
        """
        Learn mean and scale of each feature from the rows that have them all.

        Parameters
        ----------
        X : pandas.DataFrame
            One row per customer.
        y : None
            Ignored; there by convention.

        Returns
        -------
        CustomerFeatures
        """
        self._parse_features()
        measures = self._measures(X)
        measures = measures[np.isfinite(measures).all(axis=1)]
        positive = np.where(measures > 0, measures, np.inf)
        self.smallest_ = np.min(positive, axis=0, initial=np.inf)
        self.smallest_[np.isinf(self.smallest_)] = 1.0
        points = self._logged(measures)
        count = max(len(points), 1)
        # sums of sorted values, so that the order of the customers changes no digit
        self.mean_ = np.sort(points, axis=0).sum(axis=0) / count
        spread = np.sqrt(np.sort((points - self.mean_) ** 2, axis=0).sum(axis=0) / count)
        constant = (
            np.ptp(points, axis=0) == 0 if len(points) else np.ones(len(self.kinds_), dtype=bool)
        )
        self.scale_ = np.where(constant, 1.0, spread)
        return self

    def restore(self, mean, scale, smallest):
        """
        Take what an earlier fit learnt instead of learning it from rows.

        Parameters
        ----------
        mean, scale, smallest : array-like of shape (n_features,)
            `mean_`, `scale_` and `smallest_` of that fit.

        Returns
        -------
        CustomerFeatures
        """
        self._parse_features()
        self.mean_, self.scale_, self.smallest_ = (
            np.asarray(learnt, dtype=float) for learnt in (mean, scale, smallest)
        )
        return self

    def transform(self, X):
        """
        Give the points of customers.

        Parameters
        ----------
        X : pandas.DataFrame
            One row per customer.

        Returns
        -------
        ndarray of shape (n_customers, n_features)
            NaN throughout for a customer that lacks a feature.
        """
        check_is_fitted(self)
        measures = self._measures(X)
        points = (self._logged(measures) - self.mean_) / self.scale_
        points[~np.isfinite(measures).all(axis=1)] = np.nan
        return points

    def inverse_transform(self, X):
        """
        Give the measures of points, in the units of the columns.

        Parameters
        ----------
        X : array-like of shape (n_points, n_features)
            Points of the scaled space, such as cluster centres.

        Returns
        -------
        ndarray of shape (n_points, n_features)
        """
        check_is_fitted(self)
        points = np.asarray(X, dtype=float) * self.scale_ + self.mean_
        inverse = {"log1p": np.expm1, "log": np.exp, "": np.positive}
        for column, kind in enumerate(self.kinds_):
            points[:, column] = inverse[kind](points[:, column])
        return points

    def _parse_features(self):
        parsed = [_parsed(feature) for feature in self.features]
        self.kinds_, self.columns_ = ([part[side] for part in parsed] for side in (0, 1))

    def _measures(self, table):
        return numeric_columns(table, self.columns_, "the customer table").to_numpy(dtype=float)

    def _logged(self, measures):
        logged = measures.copy()
        for column, kind in enumerate(self.kinds_):
            if kind == "log1p":
                logged[:, column] = np.log1p(np.clip(logged[:, column], 0, None))
            elif kind == "log":
                values = logged[:, column]
                logged[:, column] = np.log(np.where(values <= 0, self.smallest_[column], values))
        return logged


def order_of_points(points):
    """
    Give the order in which points are clustered: by their coordinates, whoever they belong to.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Points of customers; a row with NaN is a customer that cannot be placed.

    Returns
    -------
    ndarray of int, shape (n_complete,)
        Row numbers of the complete points. Equal points may stand in any order.

    Examples
    --------
    >>> order_of_points(np.array([[2.0, 1.0], [np.nan, 0.0], [1.0, 5.0], [1.0, 3.0]])).tolist()
    [3, 2, 0]
    """
    complete = np.flatnonzero(np.isfinite(points).all(axis=1))
    return complete[np.lexsort(points[complete].T[::-1])]


def numbers_by_value(labels, values, centres):
    """
    Give the order of clusters that makes their numbers stable: by total value, then by centre.

    Parameters
    ----------
    labels : ndarray of int, shape (n_customers,)
        Cluster of each customer, from 0.
    values : ndarray of float, shape (n_customers,)
        Monetary value of each customer.
    centres : ndarray of shape (n_clusters, n_features)
        Centre of each cluster, which parts clusters of equal value.

    Returns
    -------
    ndarray of int, shape (n_clusters,)
        The old label of cluster 1, 2, … by falling total value.

    Examples
    --------
    >>> numbers_by_value(np.array([0, 0, 1]), np.array([2.0, 3.0, 9.0]), np.zeros((2, 1))).tolist()
    [1, 0]
    """
    totals = np.bincount(labels, weights=values, minlength=len(centres))
    return np.lexsort((*centres.T[::-1], -totals))


def why_not_clustered(points, n_clusters):
    """
    Say why so many clusters cannot be formed of these customers, if they cannot.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Points of the customers that can be placed.
    n_clusters : int
        How many clusters are asked for.

    Returns
    -------
    status : {"ok", "too_few_customers", "too_few_distinct_customers"}
    reason : str or None
        A sentence; None if they can be formed.

    Examples
    --------
    >>> why_not_clustered(np.zeros((3, 2)), 4)
    ('too_few_customers', '4 clusters need at least 4 customers; there are 3.')
    >>> why_not_clustered(np.zeros((3, 2)), 2)[0]
    'too_few_distinct_customers'
    """
    if len(points) < n_clusters:
        return "too_few_customers", (
            f"{n_clusters} clusters need at least {n_clusters} customers; "
            f"there {_are(len(points))}."
        )
    distinct = len(pd.DataFrame(points).drop_duplicates())
    if distinct < n_clusters:
        return "too_few_distinct_customers", (
            f"{n_clusters} clusters need at least {n_clusters} customers who differ in behaviour; "
            f"there {_are(distinct)}."
        )
    return "ok", None


def _parsed(feature):
    kind, _, column = str(feature).rpartition(" ")
    if kind not in ("", "log1p", "log") or not column:
        raise ValueError(
            "A feature is the name of a column, such as 'recency_days', or 'log1p' or 'log' and "
            f"the name; it is {feature!r}."
        )
    return kind, column


def _are(count):
    return "is 1" if count == 1 else f"are {count}"
