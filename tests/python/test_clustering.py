"""Behaviour clusters: what they are, that they are stable, and that odd shops get a reason."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
import threadpoolctl
from sklearn.base import clone

from clientele import clustering
from clientele.clustering import FEATURES, BehaviourClusters


def shop(customers=300, seed=7):
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "customer_id": [f"c{number:04d}" for number in range(customers)],
            "recency_days": random.integers(1, 700, customers),
            "order_count": random.geometric(0.2, customers),
            "monetary_value": random.lognormal(4, 1.2, customers).round(2),
        }
    )


def customers(*rows):
    return pd.DataFrame(rows, columns=FEATURES)


def test_frequent_and_lapsed_customers_are_told_apart():
    table = customers((3, 20, 900), (300, 1, 15), (5, 25, 1100), (280, 1, 12), (4, 22, 950))
    assert BehaviourClusters(n_clusters=2).fit_predict(table).tolist() == [1, 2, 1, 2, 1]


def test_clusters_are_numbered_by_total_monetary_value():
    table = shop()
    labels = BehaviourClusters(n_clusters=5).fit_predict(table)
    totals = table["monetary_value"].groupby(np.asarray(labels)).sum()
    assert totals.index.tolist() == [1, 2, 3, 4, 5]
    assert totals.is_monotonic_decreasing


def test_clusters_of_equal_value_are_numbered_by_their_centre():
    table = customers((400, 5, 100), (400, 5, 100), (2, 5, 100), (2, 5, 100), (30, 5, 200))
    assert BehaviourClusters(n_clusters=3).fit_predict(table).tolist() == [3, 3, 1, 1, 2]


def test_the_order_of_the_rows_changes_nothing():
    table = shop()
    expected = BehaviourClusters().fit(table)
    for seed in range(3):
        shuffled = table.sample(frac=1, random_state=seed)
        clusters = BehaviourClusters().fit(shuffled)
        labels = pd.Series(clusters.labels_, index=shuffled.index).sort_index()
        assert labels.tolist() == expected.labels_.tolist()
        assert (clusters.cluster_centers_ == expected.cluster_centers_).all()


def test_each_customer_is_in_the_cluster_with_the_nearest_centre():
    table = shop()
    clusters = BehaviourClusters().fit(table)
    logs = np.log1p(table[list(FEATURES)].to_numpy(dtype=float))
    mean, deviation = logs.mean(axis=0), logs.std(axis=0)
    scaled = (logs - mean) / deviation
    centres = (np.log1p(clusters.cluster_centers_) - mean) / deviation
    distances = ((scaled[:, None, :] - centres) ** 2).sum(axis=2)
    assert (distances.argmin(axis=1) + 1 == clusters.labels_).all()
    assert clusters.inertia_ == pytest.approx(distances.min(axis=1).sum())


def test_centres_are_the_means_of_the_logs_in_original_units():
    table = shop()
    clusters = BehaviourClusters().fit(table)
    logs = np.log1p(table[list(FEATURES)])
    expected = np.expm1(logs.groupby(np.asarray(clusters.labels_)).mean())
    np.testing.assert_allclose(clusters.cluster_centers_, expected, rtol=1e-3)


def test_one_huge_customer_does_not_take_a_cluster_alone():
    small = [(200, 1, 20 + number) for number in range(20)]
    large = [(10, 10, 1000 + number) for number in range(20)]
    labels = BehaviourClusters(n_clusters=2).fit_predict(customers(*small, *large, (10, 10, 90000)))
    assert labels.tolist() == [2] * 20 + [1] * 21


def test_each_feature_counts_alike_whatever_its_spread():
    narrow = [(recency, 1, 50) for recency in (100, 101, 102, 110, 111, 112)]
    labels = BehaviourClusters(n_clusters=2).fit_predict(customers(*narrow))
    assert labels[0] == labels[2] != labels[3] == labels[5]
    wide = [(*row[:2], money) for row, money in zip(narrow, (50, 51, 50, 51, 50, 51), strict=True)]
    both = BehaviourClusters(n_clusters=4).fit_predict(customers(*wide))
    assert len(set(both)) == 4
    assert both[0] == both[2] != both[1]


def test_a_negative_value_counts_as_zero():
    zero = customers((5, 3, 0), (400, 1, 40), (6, 4, 300), (390, 1, 45))
    negative = zero.assign(monetary_value=[-80, 40, 300, 45])
    expected, actual = (BehaviourClusters(n_clusters=3).fit(table) for table in (zero, negative))
    assert actual.labels_.tolist() == expected.labels_.tolist()
    np.testing.assert_array_equal(actual.cluster_centers_, expected.cluster_centers_)


def test_the_fit_is_seeded_restarted_ten_times_and_runs_on_one_thread(monkeypatch):
    seen = {}

    class Spy(clustering.KMeans):
        def fit(self, X, y=None, sample_weight=None):
            seen.update(self.get_params())
            seen["threads"] = {pool["num_threads"] for pool in threadpoolctl.threadpool_info()}
            return super().fit(X, y, sample_weight)

    monkeypatch.setattr(clustering, "KMeans", Spy)
    with threadpoolctl.threadpool_limits(limits=2):
        BehaviourClusters(n_clusters=3, random_state=11).fit(shop(50))
    assert (seen["n_init"], seen["random_state"], seen["threads"]) == (10, 11, {1})


def test_settings_may_be_text_and_survive_cloning():
    clusters = clone(BehaviourClusters(n_clusters="3", random_state="11"))
    assert sorted(set(clusters.fit_predict(shop(50)))) == [1, 2, 3]


@pytest.mark.parametrize("column", FEATURES)
def test_a_feature_that_does_not_vary_has_no_say(column):
    table = shop(40).assign(**{column: 1})
    clusters = BehaviourClusters().fit(table)
    assert clusters.status_ == "ok"
    assert sorted(set(clusters.labels_)) == [1, 2, 3, 4]
    np.testing.assert_allclose(clusters.cluster_centers_[:, FEATURES.index(column)], 1)


@pytest.mark.parametrize(
    ("table", "status", "reason"),
    [
        (customers(), "too_few_customers", "there are 0."),
        (customers((1, 1, 10)), "too_few_customers", "there is 1."),
        (customers((1, 1, 10), (2, 1, 10), (3, 1, 10)), "too_few_customers", "there are 3."),
        (customers(*[(1, 1, 10)] * 9), "too_few_distinct_customers", "there is 1."),
        (
            customers(*[(1, 1, 10), (2, 1, 10), (2, 1, 0), (2, 1, -7)] * 3),
            "too_few_distinct_customers",
            "there are 3.",
        ),
    ],
)
def test_too_few_customers_get_a_reason_and_no_cluster(table, status, reason):
    clusters = BehaviourClusters(n_clusters=4).fit(table)
    assert clusters.status_ == status
    assert clusters.status_reason_.endswith(reason)
    assert clusters.labels_.dtype == "Int64"
    assert clusters.labels_.isna().all()
    assert clusters.cluster_centers_.shape == (0, 3)
    assert np.isnan(clusters.inertia_)
    assert clusters.assignments_["status"].eq(status).all()
    assert len(clusters.assignments_) == len(table)


def test_as_many_customers_as_clusters_is_enough():
    clusters = BehaviourClusters(n_clusters=3).fit(customers((1, 1, 9), (9, 2, 80), (99, 3, 30)))
    assert clusters.labels_.tolist() == [3, 1, 2]
    assert clusters.status_reason_ is None


def test_a_customer_without_an_order_is_left_out_and_told_why():
    table = shop(60)
    table["recency_days"] = table["recency_days"].astype("Int64")
    expected = BehaviourClusters().fit_predict(table)
    table.loc[60] = ["returns only", pd.NA, 0, -5.0]
    clusters = BehaviourClusters().fit(table)
    assert clusters.labels_[:60].tolist() == expected.tolist()
    assert clusters.labels_[60] is pd.NA
    assert clusters.assignments_["status"].tolist() == ["ok"] * 60 + ["incomplete_customer"]
    assert clusters.assignments_["status_reason"].notna().tolist() == [False] * 60 + [True]


def test_decimals_are_numbers():
    table = customers((1, 1, Decimal("9.5")), (9, 2, Decimal("80")), (99, 3, Decimal("30")))
    assert BehaviourClusters(n_clusters=3).fit_predict(table).tolist() == [3, 1, 2]


def test_a_missing_column_is_named_with_what_was_found():
    with pytest.raises(ValueError, match="lacks the column order_count; it has: customer_id, rec"):
        BehaviourClusters().fit(shop(9).drop(columns="order_count"))


def test_text_in_a_feature_is_refused():
    with pytest.raises(TypeError, match="monetary_value must hold numbers"):
        BehaviourClusters().fit(shop(9).assign(monetary_value="much"))


def test_something_else_than_a_table_is_refused():
    with pytest.raises(TypeError, match="must be a pandas DataFrame, not list"):
        BehaviourClusters().fit([[1, 2, 3]])


@pytest.mark.parametrize("n_clusters", [0, 2.5, "four", None, True])
def test_an_illegal_number_of_clusters_is_refused(n_clusters):
    with pytest.raises(ValueError, match="n_clusters must be a whole number of at least 1"):
        BehaviourClusters(n_clusters=n_clusters).fit(shop(9))
