"""Hierarchical clusters: as scipy's where that is exact, close beyond, and never at a loss."""

import numpy as np
import pandas as pd
import pytest
from scipy.cluster import hierarchy
from sklearn.base import clone
from sklearn.metrics import adjusted_rand_score

from clientele.cluster_choice import best_by_silhouette, judged, numbers_to_try
from clientele.cluster_features import CustomerFeatures
from clientele.hierarchical_clustering import HierarchicalClusters, micro_clusters
from clientele.merge_tree import LINKAGES, cut, drawn_tree, weighted_linkage

COLUMNS = ("recency_days", "order_count", "monetary_value")


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


def planted(customers=900, seed=3):
    """Three kinds of customers, far from each other, and which kind each is."""
    random = np.random.default_rng(seed)
    kind = random.integers(0, 3, customers)
    middle = np.array([[5, 40, 5000], [60, 6, 300], [600, 1, 15]])[kind]
    table = middle * np.exp(random.normal(0, 0.12, (customers, 3)))
    return pd.DataFrame(table, columns=COLUMNS), kind


def customers(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.mark.parametrize("method", LINKAGES)
def test_points_of_size_one_merge_as_in_scipy(method):
    points = np.random.default_rng(1).normal(size=(120, 3))
    ours = weighted_linkage(points, np.ones(120), method)
    np.testing.assert_allclose(ours, hierarchy.linkage(points, method), rtol=1e-9)


@pytest.mark.parametrize("method", LINKAGES)
def test_points_with_sizes_merge_as_so_many_equal_customers(method):
    random = np.random.default_rng(2)
    points, sizes = random.normal(size=(60, 2)), random.integers(1, 9, 60)
    ours = weighted_linkage(points, sizes, method)
    theirs = hierarchy.linkage(np.repeat(points, sizes, axis=0), method)
    theirs = theirs[theirs[:, 2] > 1e-12]
    np.testing.assert_allclose(ours[:, 2:], theirs[:, 2:], rtol=1e-9)


@pytest.mark.parametrize("method", LINKAGES)
def test_the_tree_is_cut_as_scipy_cuts_it(method):
    points = np.random.default_rng(4).normal(size=(80, 3))
    tree = hierarchy.linkage(points, method)
    for number in (1, 2, 7, 79, 80):
        theirs = hierarchy.fcluster(tree, number, criterion="maxclust")
        assert adjusted_rand_score(cut(tree, number), theirs) == 1


def test_ties_are_cut_into_as_many_clusters_as_asked_for():
    tree = hierarchy.linkage(np.array([[0.0], [1.0], [3.0], [4.0]]), "single")
    assert [len(set(cut(tree, number))) for number in (1, 2, 3, 4)] == [1, 2, 3, 4]


def test_the_drawing_has_the_heights_and_sizes_of_scipys():
    points = np.random.default_rng(5).normal(size=(90, 3))
    tree = hierarchy.linkage(points, "ward")
    links, leaves = drawn_tree(tree, np.ones(90), np.ones(90, dtype=int), n_leaves=12)
    theirs = hierarchy.dendrogram(tree, p=12, truncate_mode="lastp", no_plot=True)
    drawn = links[["left_height", "merge_height", "right_height"]].to_numpy()
    expected = np.array(theirs["dcoord"])[:, [0, 1, 3]]
    np.testing.assert_allclose(
        sorted(map(sorted, drawn.tolist())), sorted(map(sorted, expected.tolist()))
    )
    theirs_sizes = [int(label.strip("()")) if "(" in label else 1 for label in theirs["ivl"]]
    assert sorted(leaves["customers"]) == sorted(theirs_sizes)
    assert leaves["position"].tolist() == list(range(1, 13))


def test_each_branch_of_the_drawing_begins_where_a_link_or_a_leaf_is():
    clusters = HierarchicalClusters(n_clusters=4, n_leaves=20).fit(shop())
    links = clusters.links_
    assert links["merge_height"].is_monotonic_decreasing
    ends = set(zip(clusters.leaves_["position"], np.zeros(20), strict=True))
    ends |= set(zip(links["position"], links["merge_height"], strict=True))
    assert len(ends) == 39
    for side in ("left", "right"):
        begins = set(zip(links[f"{side}_position"], links[f"{side}_height"], strict=True))
        assert len(begins) == 19
        ends -= begins
    # the root alone hangs from nothing
    assert ends == {(links["position"][0], links["merge_height"][0])}


def test_a_link_has_the_cluster_that_all_its_customers_have():
    clusters = HierarchicalClusters(n_clusters=4, n_leaves=20).fit(shop())
    assert clusters.links_["cluster"].isna().sum() == 3
    sizes = clusters.leaves_.groupby("cluster")["customers"].sum().to_dict()
    assert sizes == pd.Series(clusters.labels_).value_counts().to_dict()


def test_exact_clusters_are_scipys_numbered_by_value():
    table = shop()
    labels = HierarchicalClusters(n_clusters=5).fit_predict(table)
    points = CustomerFeatures().fit_transform(table)
    theirs = hierarchy.fcluster(hierarchy.linkage(points, "ward"), 5, criterion="maxclust")
    assert adjusted_rand_score(theirs, labels.astype(int)) == 1
    totals = table["monetary_value"].groupby(np.asarray(labels)).sum()
    assert totals.index.tolist() == [1, 2, 3, 4, 5]
    assert totals.is_monotonic_decreasing


@pytest.mark.parametrize("settings", [{}, {"exact_up_to": 100, "n_micro_clusters": 50}])
def test_the_order_of_the_rows_changes_nothing(settings):
    table = shop()
    expected = HierarchicalClusters(**settings).fit(table)
    for seed in range(2):
        shuffled = table.sample(frac=1, random_state=seed)
        clusters = HierarchicalClusters(**settings).fit(shuffled)
        labels = pd.Series(clusters.labels_, index=shuffled.index).sort_index()
        assert labels.tolist() == expected.labels_.tolist()
        pd.testing.assert_frame_equal(clusters.links_, expected.links_, check_exact=True)
        pd.testing.assert_frame_equal(clusters.models_, expected.models_, check_exact=True)


@pytest.mark.parametrize("linkage", ["ward", "average", "complete"])
@pytest.mark.parametrize("beyond", ["micro_clusters", "sample"])
def test_what_is_clearly_apart_is_found_beyond_the_exact_limit(linkage, beyond):
    table, kind = planted()
    clusters = HierarchicalClusters(
        linkage=linkage, exact_up_to=200, beyond=beyond, n_micro_clusters=100
    ).fit(table)
    assert (clusters.method_, clusters.n_clusters_) == (beyond, 3)
    assert adjusted_rand_score(kind, clusters.labels_.astype(int)) > 0.99
    assert clusters.agreement_ > 0.99


def test_a_sample_is_every_so_manieth_row_and_the_rest_goes_to_the_nearest_mean():
    table = shop(250)
    clusters = HierarchicalClusters(n_clusters=4, exact_up_to=100, beyond="sample").fit(table)
    is_leaf = clusters.assignments_["is_in_sample"].to_numpy()
    assert np.flatnonzero(is_leaf).tolist() == list(range(0, 250, 3))
    points = CustomerFeatures().fit_transform(table)
    labels = clusters.labels_.astype(int)
    theirs = hierarchy.linkage(points[is_leaf], "ward")
    theirs = hierarchy.fcluster(theirs, 4, criterion="maxclust")
    assert adjusted_rand_score(theirs, labels[is_leaf]) == 1
    means = np.array([points[is_leaf & (labels == number)].mean(axis=0) for number in range(1, 5)])
    distances = ((points[:, None] - means) ** 2).sum(axis=2)
    assert (distances.argmin(axis=1) + 1 == labels)[~is_leaf].all()
    assert clusters.leaves_["customers"].sum() == 84


def test_micro_clusters_hold_everybody_at_their_mean():
    points = CustomerFeatures().fit_transform(shop(2_000))
    points = points[np.lexsort(points.T[::-1])]
    centres, sizes, labels = micro_clusters(points, 60)
    assert 40 < len(centres) <= 60
    assert sizes.sum() == 2_000
    for number in range(len(centres)):
        np.testing.assert_allclose(points[labels == number].mean(axis=0), centres[number])


def test_few_distinct_customers_are_their_own_micro_clusters():
    points = np.repeat([[0.0, 0.0], [0.001, 0.0], [5.0, 5.0]], [5, 2, 9], axis=0)
    _, sizes, _ = micro_clusters(points, 10)
    assert sizes.tolist() == [5, 2, 9]


def test_the_best_silhouette_chooses_and_the_smaller_number_wins_a_tie():
    table, _ = planted()
    clusters = HierarchicalClusters().fit(table)
    assert clusters.models_["n_clusters"].tolist() == [3, 4, 5, 6, 7, 8]
    assert clusters.models_["is_chosen"].tolist() == [True] + [False] * 5
    assert best_by_silhouette([3, 4, 5], [0.2, 0.3, 0.3 + 1e-12]) == 4
    assert best_by_silhouette([3, 4], [np.nan, np.nan]) == 3


def test_metrics_are_null_where_they_mean_nothing():
    assert np.isnan(list(judged(np.zeros((3, 1)), np.zeros(3)).values())).all()
    assert np.isnan(list(judged(np.arange(3.0)[:, None], np.arange(3)).values())).all()


@pytest.mark.parametrize(
    ("table", "status"),
    [
        (customers(), "too_few_customers"),
        (customers((1, 1, 10)), "too_few_customers"),
        (customers((1, 1, 10), (9, 2, 80)), "too_few_customers"),
        (customers(*[(1, 1, 10)] * 9), "too_few_distinct_customers"),
    ],
)
@pytest.mark.parametrize("exact_up_to", [2, 1_000])
@pytest.mark.parametrize("beyond", ["micro_clusters", "sample"])
def test_too_few_customers_get_a_reason_and_no_cluster(table, status, exact_up_to, beyond):
    clusters = HierarchicalClusters(exact_up_to=exact_up_to, beyond=beyond).fit(table)
    assert clusters.status_ == status
    assert clusters.labels_.isna().all()
    assert clusters.assignments_["status"].eq(status).all()
    assert not clusters.assignments_["is_in_sample"].any()
    assert clusters.models_[["n_clusters", "is_chosen"]].to_numpy().tolist() == [[3, False]]
    assert clusters.links_.empty and clusters.leaves_.empty


def test_as_many_customers_as_clusters_is_enough():
    table = customers((1, 1, 9), (9, 2, 80), (99, 3, 30))
    clusters = HierarchicalClusters().fit(table)
    assert clusters.labels_.tolist() == [3, 1, 2]
    one = HierarchicalClusters(n_clusters=1).fit(table.iloc[:1])
    assert (one.labels_.tolist(), len(one.links_), len(one.leaves_)) == ([1], 0, 1)


def test_two_kinds_of_customers_can_be_many():
    table = pd.concat([customers((1, 1, 10))] * 50 + [customers((300, 9, 900))] * 50)
    for exact_up_to in (10, 1_000):
        clusters = HierarchicalClusters(n_clusters=2, exact_up_to=exact_up_to).fit(table)
        assert clusters.labels_.tolist() == [2] * 50 + [1] * 50


def test_a_customer_who_lacks_a_feature_is_left_out_and_told_why():
    table = shop(60).astype({"recency_days": float})
    expected = HierarchicalClusters().fit_predict(table)
    table.loc[60] = ["unknown", np.nan, 1, 5.0]
    clusters = HierarchicalClusters().fit(table)
    assert clusters.labels_[:60].tolist() == expected.tolist()
    assert clusters.assignments_["status"].tolist() == ["ok"] * 60 + ["incomplete_customer"]
    assert clusters.models_["customers"].tolist()[0] == 60


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"linkage": "median"}, "linkage must be one of ward, average"),
        ({"beyond": "hope"}, "beyond must be one of micro_clusters, sample"),
        ({"n_clusters": "few"}, "n_clusters must be a whole number"),
        ({"exact_up_to": 1}, "exact_up_to must be a whole number of at least 2"),
        ({"min_clusters": 9}, "min_clusters is 9, which is more than max_clusters, 8"),
        ({"features": ["log2 order_count"]}, "A feature is the name of a column"),
        ({"features": ["shoe_size"]}, "lacks the column shoe_size"),
    ],
)
def test_an_illegal_setting_gets_a_sentence(settings, message):
    with pytest.raises(ValueError, match=message):
        clone(HierarchicalClusters(**settings)).fit(shop(20))


def test_a_number_may_be_text():
    assert numbers_to_try("4", 3, 8) == [4]
    assert HierarchicalClusters(n_clusters="4", exact_up_to="20").fit(shop(50)).n_clusters_ == 4
