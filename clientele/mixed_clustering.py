"""Group customers by what they do and who they are: numbers and texts together."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from clientele.checks import require_columns, whole_number
from clientele.cluster_choice import (
    METRICS,
    best_by_silhouette,
    evenly_spaced_rows,
    judged,
    numbers_to_try,
)
from clientele.cluster_features import numbers_by_value, why_not_clustered

BEHAVIOUR = ("recency_days", "order_count", "monetary_value")
UNKNOWN = "unknown"
OTHER = "other"


class MixedFactors(TransformerMixin, BaseEstimator):
    """
    Factor analysis of mixed data (FAMD): principal components of numbers and texts together.

    A number is standardised. Each level of a text is an indicator, divided by the root of its
    share, and centred. On the principal components of all these columns a number and a text
    weigh alike: neither can add more than 1 to the variance of a component. With numbers alone
    this is principal component analysis, with texts alone multiple correspondence analysis, whose
    eigenvalues are these divided by the number of texts.

    Parameters
    ----------
    n_components : int, default=None
        How many components to keep; None keeps the leading ones that tell more than chance does
        (parallel analysis), at least one: their eigenvalue is above that of every one of
        `n_shuffles` tables in which each variable is shuffled by itself. Kaiser's rule, above 1,
        would keep a component for each rare level.
    n_shuffles : int, default=10
        How many such tables are made.
    random_state : int, default=42
        Seed of the shuffles.

    Attributes
    ----------
    eigenvalues_ : ndarray of shape (n_all_components,)
        Variance of each component, falling, before any is left out.
    explained_ratio_ : ndarray of shape (n_all_components,)
        Share of each in the sum of all.
    n_components_ : int
        How many are kept.
    columns_ : list of (str, str or None)
        Variable and level of each column; the level of a number is None.

    References
    ----------
    Pagès, J. (2004). Analyse factorielle de données mixtes. Revue de Statistique Appliquée 52(4).
    Horn, J. L. (1965). A rationale and test for the number of factors in factor analysis.
    Psychometrika 30.

    Examples
    --------
    >>> table = pd.DataFrame({"income": [1.0, 2.0, 3.0, 4.0], "household": list("aabb")})
    >>> factors = MixedFactors(n_components=1).fit(table)
    >>> factors.eigenvalues_.round(3).tolist()
    [1.894, 0.106, 0.0]
    >>> factors.transform(table).round(2).ravel().tolist()
    [-1.66, -1.02, 1.02, 1.66]
    """

    def __init__(self, n_components=None, n_shuffles=10, random_state=42):
        self.n_components = n_components
        self.n_shuffles = n_shuffles
        self.random_state = random_state

    def fit(self, X, y=None):
        """
        Learn the components.

        Parameters
        ----------
        X : pandas.DataFrame of shape (n_customers, n_variables)
            Numbers and texts, none missing, each with two values or more.
        y : None
            Ignored; there by convention.

        Returns
        -------
        MixedFactors
        """
        self.levels_ = {
            name: None if _is_number(X[name]) else sorted(X[name].astype(str).unique())
            for name in X.columns
        }
        self.columns_ = [
            (name, level) for name, levels in self.levels_.items() for level in levels or [None]
        ]
        columns = self._columns(X)
        is_level = np.array([level is not None for _, level in self.columns_])
        self.mean_ = columns.mean(axis=0)
        shares = np.where(is_level, self.mean_, 0.0)
        self.scale_ = np.where(is_level, np.sqrt(shares), columns.std(axis=0))
        scaled = (columns - self.mean_) / self.scale_
        self._pca = PCA(svd_solver="covariance_eigh").fit(scaled)
        # scikit-learn divides by one less than the number of rows
        variances = self._pca.explained_variance_ * (len(X) - 1) / len(X)
        self.eigenvalues_ = np.maximum(variances, 0.0)
        self.explained_ratio_ = self.eigenvalues_ / self.eigenvalues_.sum()
        kept = self.n_components or max(1, self._told_beyond_chance(scaled))
        self.n_components_ = min(kept, len(self.eigenvalues_))
        return self

    def _told_beyond_chance(self, scaled):
        random = np.random.default_rng(self.random_state)
        widths = [len(levels or [None]) for levels in self.levels_.values()]
        blocks = np.split(scaled, np.cumsum(widths)[:-1], axis=1)
        by_chance = np.zeros(len(self.eigenvalues_))
        for _ in range(self.n_shuffles):
            shuffled = np.hstack([block[random.permutation(len(block))] for block in blocks])
            eigenvalues = np.linalg.eigvalsh(shuffled.T @ shuffled / len(shuffled))[::-1]
            by_chance = np.maximum(by_chance, eigenvalues[: len(by_chance)])
        is_less = np.append(self.eigenvalues_ <= by_chance, True)
        return int(np.argmax(is_less))

    def transform(self, X):
        """
        Give the components of customers.

        Parameters
        ----------
        X : pandas.DataFrame
            The variables that `fit` saw; a level that it did not see has no say.

        Returns
        -------
        ndarray of shape (n_customers, n_components_)
        """
        check_is_fitted(self)
        points = self._pca.transform((self._columns(X) - self.mean_) / self.scale_)
        return points[:, : self.n_components_]

    def _columns(self, table):
        require_columns(table, list(self.levels_), "the table of variables")
        blocks = [
            table[name].to_numpy(dtype=float)[:, None]
            if levels is None
            else table[name].astype(str).to_numpy()[:, None] == np.array(levels, dtype=object)
            for name, levels in self.levels_.items()
        ]
        return np.hstack(blocks).astype(float)


class MixedClusters(ClusterMixin, BaseEstimator):
    """
    K-means on the leading components (`MixedFactors`) of behaviour and attributes.

    Assumptions
    -----------
    1. A missing number counts as the median, a missing text is the level "unknown".
    2. Behaviour counts on a log scale, log(1 + measure). A number among the attributes is capped
       at q99 + 1.5·(q99 - q01) and q01 - 1.5·(q99 - q01), so that one wild income is no cluster.
    3. A level that less than `rare_share` of the customers have, or that is not among the
       `max_levels` most frequent, is the level "other".
    4. A variable with one value, or one text per customer (an e-mail address), tells nothing of a
       group and is left out, with the reason.
    5. The components that tell more than chance does matter, the rest is noise.

    Clusters are numbered by total value. The order of the rows changes nothing. Beyond
    `fit_up_to` customers, every so-manieth teaches the clusters and each of the others goes to the
    nearest centre.

    Parameters
    ----------
    n_clusters : int or "auto", default="auto"
        How many clusters to form; ``"auto"`` takes the number from `min_clusters` to
        `max_clusters` with the best silhouette, of equal ones the smallest.
    min_clusters, max_clusters : int, default=3, 8
        Range of ``"auto"``.
    behaviour : sequence of str
        Variables that count on a log scale; the others are attributes. One that is not there has
        no say.
    value : str, default="monetary_value"
        Variable by whose total clusters are numbered; a missing value counts as 0.
    rare_share : float, default=0.01
        Smallest share of a level of its own.
    max_levels : int, default=20
        How many levels a text may have, beside "other".
    fit_up_to : int, default=20000
        How many customers teach the clusters at most.
    judged_customers : int, default=3000
        How many of them the metrics are taken from at most.
    random_state : int, default=42
        Seed of the starting centres.

    Attributes
    ----------
    labels_ : pandas array of Int64
        Cluster of each row given to `fit`, in the order given; missing if there are none.
    n_clusters_ : int or None
        How many clusters were formed.
    variables_ : pandas.DataFrame
        One row per variable: ``variable``, ``is_behaviour``, ``is_number``, ``is_used``,
        ``known_customers``, ``level_count`` (levels used), ``merged_level_count`` (levels that
        are now "other") and ``reason`` (why it is left out).
    models_ : pandas.DataFrame
        One row per number of clusters tried, with its metrics, ``inertia``, ``component_count``
        and ``explained_ratio``. If there are no clusters, one row for the smallest number.
    profiles_ : pandas.DataFrame
        One row per cluster, variable and level (missing for a number): ``customers`` (of the
        cluster: with a known number, or with the level), ``cluster_value`` (mean of the known
        numbers in their own unit, or share of the level), ``shop_value`` (that of all
        customers), ``difference``, ``lift`` (their ratio) and ``standardised_difference``
        (in standard deviations of the shop's customers).
    factors_ : MixedFactors or None
        The components.
    assignments_ : pandas.DataFrame
        One row per row given to `fit`, on its index: ``cluster``, ``status`` and
        ``status_reason``. A customer without any attribute has no cluster; its status is
        ``"no_attributes"``.
    status_, status_reason_ : str
        ``"ok"``, ``"no_attributes"`` (of anybody), ``"no_usable_attributes"``, or as
        `why_not_clustered` says.

    Raises
    ------
    ValueError
        If a setting is illegal.

    Examples
    --------
    >>> customers = pd.DataFrame(
    ...     {
    ...         "order_count": [1, 2, 9, 8, 1, 9],
    ...         "monetary_value": [10.0, 20.0, 200.0, 190.0, 15.0, 250.0],
    ...         "household": ["family", "family", "single", "single", "family", "single"],
    ...     }
    ... )
    >>> clusters = MixedClusters(n_clusters=2).fit(customers)
    >>> clusters.labels_.tolist()
    [2, 2, 1, 1, 2, 1]
    """

    def __init__(
        self,
        n_clusters="auto",
        min_clusters=3,
        max_clusters=8,
        behaviour=BEHAVIOUR,
        value="monetary_value",
        rare_share=0.01,
        max_levels=20,
        fit_up_to=20_000,
        judged_customers=3_000,
        random_state=42,
    ):
        self.n_clusters = n_clusters
        self.min_clusters = min_clusters
        self.max_clusters = max_clusters
        self.behaviour = behaviour
        self.value = value
        self.rare_share = rare_share
        self.max_levels = max_levels
        self.fit_up_to = fit_up_to
        self.judged_customers = judged_customers
        self.random_state = random_state

    def fit(self, X, y=None):
        """
        Form the clusters.

        Parameters
        ----------
        X : pandas.DataFrame of shape (n_customers, n_variables)
            One row per customer: columns of numbers, and columns of texts.
        y : None
            Ignored; there by convention.

        Returns
        -------
        MixedClusters
        """
        numbers = numbers_to_try(self.n_clusters, self.min_clusters, self.max_clusters)
        whole_number("random_state", self.random_state, at_least=0)
        attributes = [name for name in X.columns if name not in self.behaviour]
        has_attributes = X[attributes].notna().any(axis=1).to_numpy(dtype=bool)
        index, X = X.index, X[has_attributes]
        prepared = [self._prepare(name, X[name]) for name in X.columns]
        if not has_attributes.any():
            # of whom there is nobody, no measure of behaviour is known either
            prepared = [part for part in prepared if not part[0]["is_behaviour"]]
        self.variables_ = pd.DataFrame(
            [description for description, _ in prepared], columns=VARIABLE_COLUMNS
        )
        used = {
            description["variable"]: values
            for description, values in prepared
            if description["is_used"]
        }
        used = pd.DataFrame(used, index=range(len(X)))
        ordered = _order_of_rows(used, X, self.value)
        used = used.iloc[ordered].reset_index(drop=True)
        is_attribute = self.variables_["is_used"] & ~self.variables_["is_behaviour"].astype(bool)

        self.n_clusters_, self.factors_ = None, None
        self.labels_ = pd.array([pd.NA] * len(index), dtype="Int64")
        trials, labels = [], None
        if not has_attributes.any():
            self.status_, self.status_reason_ = "no_attributes", NO_ATTRIBUTES
        elif not is_attribute.any():
            self.status_, self.status_reason_ = "no_usable_attributes", NO_USABLE_ATTRIBUTES
        else:
            self.status_, self.status_reason_ = _why_not_clustered(used, numbers[0])
        if self.status_ == "ok":
            values = _values(X, self.value)[ordered]
            with threadpool_limits(limits=1):
                labels, trials = self._form_clusters(used, values, numbers)
            self.labels_[np.flatnonzero(has_attributes)[ordered]] = labels
        self.assignments_ = self._assignments(index, has_attributes)
        self.models_ = self._models(trials, numbers[0], len(X))
        self.profiles_ = self._profiles(X.iloc[ordered].reset_index(drop=True), used, labels)
        return self

    def _prepare(self, name, given):
        is_behaviour, is_number = name in self.behaviour, _is_number(given)
        known = given.notna()
        nobody = "No customer has it."
        description = {
            "variable": name,
            "is_behaviour": is_behaviour,
            "is_number": is_number,
            "is_used": True,
            "known_customers": int(known.sum()),
            "level_count": None,
            "merged_level_count": None,
            "reason": None,
        }
        if is_number:
            values = _completed_numbers(given.to_numpy(dtype=float, na_value=np.nan), is_behaviour)
            if len(np.unique(values)) < 2:
                reason = SAME_FOR_ALL if known.any() else nobody
                description.update(is_used=False, reason=reason)
            return description, values
        counts = given.value_counts()
        if len(counts) == known.sum() > 1 and (counts == 1).all():
            description.update(is_used=False, reason="Each customer has a text of the own.")
            return description, None
        levels, merged = self._levels(given)
        description.update(level_count=levels.nunique(), merged_level_count=merged)
        if levels.nunique() < 2:
            only_rare = merged > 0 and set(levels) == {OTHER}
            reason = "No text is frequent enough." if only_rare else SAME_FOR_ALL
            reason = reason if known.any() else nobody
            description.update(is_used=False, reason=reason)
        return description, levels

    def _levels(self, given):
        texts = given.astype(object).where(given.notna(), UNKNOWN).astype(str)
        counts = texts.value_counts().rename_axis("level").reset_index(name="customers")
        counts = counts.sort_values(["customers", "level"], ascending=[False, True])
        counts = counts[counts["level"] != OTHER]
        is_frequent = (counts["customers"] >= self.rare_share * len(texts)).to_numpy()
        is_kept = is_frequent & (np.arange(len(counts)) < self.max_levels)
        merged = int((~is_kept).sum())
        kept = counts["level"][is_kept]
        return texts.where(texts.isin(kept), OTHER).reset_index(drop=True), merged

    def _form_clusters(self, used, values, numbers):
        teachers = evenly_spaced_rows(len(used), self.fit_up_to)
        taught = used.iloc[teachers]
        # what no teacher has, or all have, the components cannot learn
        taught = taught.loc[:, taught.nunique() > 1]
        self.factors_ = MixedFactors(random_state=int(self.random_state)).fit(taught)
        points = self.factors_.transform(taught)
        judges = evenly_spaced_rows(len(points), self.judged_customers)
        distinct = len(np.unique(points.round(9), axis=0))
        trials, fitted = [], {}
        for number in (number for number in numbers if number <= distinct):
            k_means = KMeans(number, n_init=10, random_state=int(self.random_state)).fit(points)
            fitted[number] = k_means
            trials.append(
                {
                    "n_clusters": number,
                    "judged_customers": len(judges),
                    "inertia": float(k_means.inertia_),
                    **judged(points[judges], k_means.labels_[judges]),
                }
            )
        self.n_clusters_ = best_by_silhouette(
            [trial["n_clusters"] for trial in trials], [trial["silhouette"] for trial in trials]
        )
        chosen = fitted[self.n_clusters_]
        labels = np.concatenate(
            [
                chosen.predict(self.factors_.transform(used.iloc[start : start + CHUNK]))
                for start in range(0, len(used), CHUNK)
            ]
        )
        ranking = numbers_by_value(labels, values, chosen.cluster_centers_)
        return np.argsort(ranking)[labels] + 1, trials

    def _models(self, trials, smallest, customers):
        nothing = {"n_clusters": smallest, "judged_customers": 0, "inertia": np.nan}
        models = pd.DataFrame(trials or [{**nothing, **dict.fromkeys(METRICS, np.nan)}])
        factors = self.factors_
        kept = factors.n_components_ if factors else 0
        return models.assign(
            is_chosen=(models["n_clusters"] == self.n_clusters_) & bool(trials),
            customers=customers,
            taught_customers=len(evenly_spaced_rows(customers, self.fit_up_to)) if trials else 0,
            component_count=kept,
            explained_ratio=factors.explained_ratio_[:kept].sum() if factors else np.nan,
            status=self.status_,
            status_reason=self.status_reason_,
        )

    def _assignments(self, index, has_attributes):
        return pd.DataFrame(
            {
                "cluster": self.labels_,
                "status": np.where(has_attributes, self.status_, "no_attributes"),
                "status_reason": pd.Series(
                    np.where(has_attributes, self.status_reason_, NO_ATTRIBUTES), dtype=object
                ).to_numpy(),
            },
            index=index,
        )

    def _profiles(self, given, used, labels):
        if labels is None:
            return pd.DataFrame(columns=PROFILE_COLUMNS)
        labels = labels - 1
        sizes = np.bincount(labels, minlength=self.n_clusters_)
        profiles = []
        for name in used.columns:
            if _is_number(given[name]):
                values = given[name].to_numpy(dtype=float, na_value=np.nan)
                profiles.append(_number_profile(name, values, labels, len(sizes)))
                continue
            for level in sorted(used[name].unique()):
                profiles.append(
                    _level_profile(name, level, (used[name] == level).to_numpy(), labels, sizes)
                )
        table = pd.concat(profiles, ignore_index=True)
        table["cluster_customers"] = sizes[table["cluster"] - 1]
        return table[list(PROFILE_COLUMNS)]


VARIABLE_COLUMNS = (
    "variable",
    "is_behaviour",
    "is_number",
    "is_used",
    "known_customers",
    "level_count",
    "merged_level_count",
    "reason",
)
PROFILE_COLUMNS = (
    "cluster",
    "cluster_customers",
    "variable",
    "level",
    "customers",
    "cluster_value",
    "shop_value",
    "difference",
    "lift",
    "standardised_difference",
)
SAME_FOR_ALL = "It is the same for all customers."
NO_ATTRIBUTES = "Nothing is known of the customer but what was bought."
NO_USABLE_ATTRIBUTES = "No attribute tells one group of customers from another."
CHUNK = 50_000


def _is_number(column):
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _completed_numbers(values, is_behaviour):
    values = np.where(np.isfinite(values), values, np.nan)
    if np.isnan(values).all():
        return np.zeros(len(values))
    if is_behaviour:
        values = np.log1p(np.clip(values, 0, None))
    else:
        low, high = np.nanquantile(values, [0.01, 0.99])
        if low < high:
            # halves first, for the difference of two huge numbers is infinite
            reach = 1.5 * (high / 2 - low / 2) * 2
            values = np.clip(values, low - reach, high + reach)
    return np.where(np.isnan(values), np.nanmedian(values), values)


def _order_of_rows(used, given, value):
    # what the clusters see comes first; the rest settles in which order sums are taken
    keys = [_values(given, value)]
    keys += [_values(given, name) for name in used.columns if _is_number(given[name])]
    for name in used.columns:
        column = used[name]
        keys.append(column.to_numpy() if _is_number(column) else pd.factorize(column, sort=True)[0])
    return np.lexsort(keys) if len(given) else np.empty(0, dtype=int)


def _values(table, value):
    if value not in table.columns:
        return np.zeros(len(table))
    values = table[value].to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(values), values, 0.0)


def _why_not_clustered(used, n_clusters):
    codes = np.column_stack([pd.factorize(used[name])[0] for name in used.columns])
    return why_not_clustered(codes, n_clusters)


def _number_profile(name, values, labels, count):
    known = np.isfinite(values)
    values, labels = values[known], labels[known]
    customers = np.bincount(labels, minlength=count)
    sums = np.bincount(labels, weights=values, minlength=count)
    means = np.divide(sums, customers, out=np.full(count, np.nan), where=customers > 0)
    shop = sums.sum() / max(len(values), 1)
    deviation = np.sqrt(np.mean((values - shop) ** 2)) if len(values) else np.nan
    return _profile(name, None, customers, means, shop, deviation)


def _level_profile(name, level, has_level, labels, sizes):
    customers = np.bincount(labels[has_level], minlength=len(sizes))
    shop = has_level.sum() / len(labels)
    shares = np.divide(customers, sizes, out=np.full(len(sizes), np.nan), where=sizes > 0)
    return _profile(name, level, customers, shares, shop, np.sqrt(shop * (1 - shop)))


def _profile(name, level, customers, own, shop, deviation):
    difference = own - shop
    return pd.DataFrame(
        {
            "cluster": np.arange(1, len(own) + 1),
            "variable": name,
            "level": level,
            "customers": customers,
            "cluster_value": own,
            "shop_value": shop,
            "difference": difference,
            "lift": own / shop if shop > 0 else np.nan,
            "standardised_difference": difference / deviation if deviation > 0 else np.nan,
        }
    )
