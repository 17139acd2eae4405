"""Behaviour clusters: what they are, that they are stable, and that odd shops get a reason."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
import threadpoolctl
from sklearn.base import clone

from clientele import cluster_choice, k_means_choice
from clientele.cluster_choice import evenly_spaced_rows
from clientele.clustering import BehaviourClusters
from clientele.k_means_choice import (
    choose_number,
    explain_choice,
    nearest_centres,
)

FEATURES = ("recency_days", "order_count", "monetary_value")


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
    expected = BehaviourClusters(n_clusters=4).fit(table)
    for seed in range(3):
        shuffled = table.sample(frac=1, random_state=seed)
        clusters = BehaviourClusters(n_clusters=4).fit(shuffled)
        labels = pd.Series(clusters.labels_, index=shuffled.index).sort_index()
        assert labels.tolist() == expected.labels_.tolist()
        assert (clusters.cluster_centers_ == expected.cluster_centers_).all()


def test_each_customer_is_in_the_cluster_with_the_nearest_centre():
    table = shop()
    clusters = BehaviourClusters(n_clusters=4).fit(table)
    logs = np.log1p(table[list(FEATURES)].to_numpy(dtype=float))
    mean, deviation = logs.mean(axis=0), logs.std(axis=0)
    scaled = (logs - mean) / deviation
    centres = (np.log1p(clusters.cluster_centers_) - mean) / deviation
    distances = ((scaled[:, None, :] - centres) ** 2).sum(axis=2)
    assert (distances.argmin(axis=1) + 1 == clusters.labels_).all()
    assert clusters.inertia_ == pytest.approx(distances.min(axis=1).sum())


def test_centres_are_the_means_of_the_logs_in_original_units():
    table = shop()
    clusters = BehaviourClusters(n_clusters=4).fit(table)
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
    seen = []

    class Spy(k_means_choice.KMeans):
        def fit(self, X, y=None, sample_weight=None):
            threads = {pool["num_threads"] for pool in threadpoolctl.threadpool_info()}
            seen.append((self.n_init, self.random_state, threads))
            return super().fit(X, y, sample_weight)

    monkeypatch.setattr(k_means_choice, "KMeans", Spy)
    with threadpoolctl.threadpool_limits(limits=2):
        BehaviourClusters(n_clusters=3, random_state=11).fit(shop(50))
    assert seen[0] == (10, 11, {1})
    assert all(threads == {1} for _, _, threads in seen)


def test_settings_may_be_text_and_survive_cloning():
    clusters = clone(BehaviourClusters(n_clusters="3", random_state="11"))
    assert sorted(set(clusters.fit_predict(shop(50)))) == [1, 2, 3]


@pytest.mark.parametrize("column", FEATURES)
def test_a_feature_that_does_not_vary_has_no_say(column):
    table = shop(40).assign(**{column: 1})
    clusters = BehaviourClusters(n_clusters=4).fit(table)
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
    assert clusters.n_clusters_ == len(clusters.models_) == len(clusters.components_) == 0
    assigned = BehaviourClusters.from_table(clusters.to_table()).assign(table)
    assert assigned["status"].eq(status).all()
    assert assigned["status_reason"].eq(clusters.status_reason_).all()
    assert assigned[["cluster", "pca_1", "pca_2", "pca_3"]].isna().all(axis=None)
    assert len(assigned) == len(table)


def test_as_many_customers_as_clusters_is_enough():
    clusters = BehaviourClusters(n_clusters=3).fit(customers((1, 1, 9), (9, 2, 80), (99, 3, 30)))
    assert clusters.labels_.tolist() == [3, 1, 2]
    assert clusters.status_reason_ is None


def test_a_customer_without_an_order_is_left_out_and_told_why():
    table = shop(60)
    table["recency_days"] = table["recency_days"].astype("Int64")
    expected = BehaviourClusters(n_clusters=4).fit_predict(table)
    table.loc[60] = ["returns only", pd.NA, 0, -5.0]
    clusters = BehaviourClusters(n_clusters=4).fit(table)
    assert clusters.labels_[:60].tolist() == expected.tolist()
    assert clusters.labels_[60] is pd.NA
    assigned = clusters.assign(table)
    assert assigned["cluster"].tolist() == clusters.labels_.tolist()
    assert assigned["status"].tolist() == ["ok"] * 60 + ["incomplete_customer"]
    assert assigned["status_reason"].notna().tolist() == [False] * 60 + [True]


def test_decimals_are_numbers():
    table = customers((1, 1, Decimal("9.5")), (9, 2, Decimal("80")), (99, 3, Decimal("30")))
    assert BehaviourClusters(n_clusters=3).fit_predict(table).tolist() == [3, 1, 2]


def test_a_missing_column_is_named_with_what_was_found():
    with pytest.raises(ValueError, match="lacks the column order_count; it has: customer_id, rec"):
        BehaviourClusters(n_clusters=4).fit(shop(9).drop(columns="order_count"))


def test_text_in_a_feature_is_refused():
    with pytest.raises(TypeError, match="monetary_value must hold numbers"):
        BehaviourClusters(n_clusters=4).fit(shop(9).assign(monetary_value="much"))


def test_something_else_than_a_table_is_refused():
    with pytest.raises(TypeError, match="must be a pandas DataFrame, not list"):
        BehaviourClusters(n_clusters=4).fit([[1, 2, 3]])


@pytest.mark.parametrize("n_clusters", [0, 2.5, "four", None, True, "Auto"])
def test_an_illegal_number_of_clusters_is_refused(n_clusters):
    with pytest.raises(ValueError, match="n_clusters must be a whole number of at least 1"):
        BehaviourClusters(n_clusters=n_clusters).fit(shop(9))


def test_a_smallest_number_above_the_largest_is_refused():
    with pytest.raises(ValueError, match="min_clusters is 5, which is more than max_clusters, 4"):
        BehaviourClusters(min_clusters=5, max_clusters="4").fit(shop(9))


def metrics(**columns):
    return pd.DataFrame(columns, index=pd.Index(range(3, 6), name="cluster_count"))


@pytest.mark.parametrize(
    ("silhouette", "stability", "chosen"),
    [
        pytest.param([0.3, 0.5, 0.9], [0.95, 0.9, 0.89], (4, True), id="best of the stable"),
        pytest.param([0.3, 0.5, 0.5], [1, 1, 1], (4, True), id="smaller of equally separated"),
        pytest.param([0.5, 0.5 + 1e-12, 0], [1, 1, 1], (3, True), id="rounding is no difference"),
        pytest.param([np.nan, 0.1, np.nan], [1, 1, 1], (4, True), id="unknown is worst"),
        pytest.param([np.nan] * 3, [0.8, 1, 1], (4, True), id="nothing but unknown"),
        pytest.param([0.9, 0.1, 0.2], [0.7, 0.8, 0.8], (4, False), id="none stable: most stable"),
    ],
)
def test_the_best_separated_stable_number_of_clusters_is_chosen(silhouette, stability, chosen):
    table = metrics(silhouette=silhouette, stability_ari=stability)
    assert choose_number(table, stability_floor=0.9) == chosen


def groups(count, size=40, seed=5):
    """Customers in groups far apart: recent or long gone, one order or many, poor or rich."""
    random = np.random.default_rng(seed)
    corners = [(3, 50, 9000), (500, 1, 20), (3, 1, 20), (500, 50, 9000), (40, 8, 400)][:count]
    spread = random.uniform(0.95, 1.05, (count, size, 3))
    table = (np.array(corners)[:, None, :] * spread).reshape(-1, 3)
    return pd.DataFrame(table, columns=FEATURES)


def test_as_many_clusters_are_chosen_as_there_are_groups_of_customers():
    table = groups(4)
    clusters = BehaviourClusters().fit(table)
    assert clusters.n_clusters_ == 4
    assert (clusters.status_, clusters.status_reason_) == ("ok", None)
    assert pd.Series(clusters.labels_).groupby(table.index // 40).nunique().eq(1).all()
    models = clusters.models_.set_index("cluster_count")
    assert models.index.tolist() == [3, 4, 5, 6, 7, 8]
    assert models.index[models["is_chosen"]].tolist() == [4]
    assert models.loc[4, "stability_ari"] == pytest.approx(1)
    assert models.loc[4, "inertia"] == clusters.inertia_
    assert models.loc[4, "why"].startswith("Chosen: the ")
    assert models.loc[8, "why"].startswith("Not stable: resamples agree by 0.")


def test_without_a_stable_number_the_most_stable_one_is_taken_with_a_warning():
    clusters = BehaviourClusters(stability_floor=1, max_clusters=5, n_bootstraps=3).fit(shop())
    models = clusters.models_.set_index("cluster_count")
    assert clusters.status_ == "warn"
    assert clusters.n_clusters_ == models["stability_ari"].idxmax()
    assert clusters.status_reason_.startswith("No number of clusters from 3 to 5 is stable; with ")
    assert clusters.assign(shop())["status_reason"].eq(clusters.status_reason_).all()


def test_a_number_that_was_set_is_measured_but_not_judged():
    clusters = BehaviourClusters(n_clusters=5, stability_floor=1, n_bootstraps=2).fit(shop())
    assert clusters.status_ == "ok"
    assert clusters.models_["cluster_count"].tolist() == [5]
    assert clusters.models_.drop(columns="why").notna().all(axis=None)
    assert clusters.models_["why"][0].startswith("Set beforehand; resamples agree by 0.")


def test_only_as_many_clusters_are_tried_as_there_are_different_customers():
    table = customers(*[(1, 9, 900), (300, 1, 10), (2, 1, 10), (400, 8, 800)] * 5)
    clusters = BehaviourClusters(n_bootstraps=2).fit(table)
    assert clusters.models_["cluster_count"].tolist() == [3, 4]
    assert (clusters.n_clusters_, clusters.status_) == (4, "ok")


def test_each_number_of_clusters_is_explained_even_if_nothing_is_known_of_its_separation():
    table = metrics(silhouette=[0.5, 0.4, np.nan], stability_ari=[1, 0.5, 1])
    assert explain_choice(table, 3, 0.9) == [
        "Chosen: the best silhouette (0.500) of the 2 stable numbers of clusters.",
        "Not stable: resamples agree by 0.500, below 0.9.",
        "Stable, but nothing is known of its separation: each customer is a cluster.",
    ]
    assert explain_choice(table.assign(stability_ari=[1, 0, 0]), 3, 0.9)[0] == (
        "Chosen: the only stable number of clusters."
    )
    assert explain_choice(table.assign(stability_ari=[0, 0.25, 0]), 4, 0.9)[1] == (
        "Chosen: the most stable one, although resamples agree by only 0.250, below 0.9."
    )


@pytest.mark.parametrize(
    ("table", "status"),
    [
        (customers(), "too_few_customers"),
        (customers((1, 1, 10)), "too_few_customers"),
        (customers((1, 1, 10), (9, 1, 10)), "too_few_customers"),
        (customers(*[(1, 1, 10)] * 9), "too_few_distinct_customers"),
        (customers(*[(1, 1, 10), (9, 1, 10)] * 9), "too_few_distinct_customers"),
    ],
)
def test_a_shop_with_fewer_kinds_of_customers_than_the_smallest_number_is_told_so(table, status):
    clusters = BehaviourClusters().fit(table)
    assert clusters.status_ == status
    assert clusters.status_reason_.startswith("3 clusters need at least 3 customers")


def test_three_customers_can_be_three_clusters_whose_separation_is_unknown():
    clusters = BehaviourClusters().fit(customers((1, 1, 9), (9, 2, 80), (99, 3, 30)))
    assert clusters.n_clusters_ == 3
    assert clusters.models_["silhouette"].isna().all()
    assert clusters.inertia_ == 0


def test_inertia_on_a_grid_is_that_of_all_customers_and_hardly_larger():
    table = shop(4000)
    plain, grid = (
        BehaviourClusters(n_clusters=5, n_bootstraps=1, grid_above=above).fit(table)
        for above in (4000, 3999)
    )
    assert grid.inertia_ == pytest.approx(plain.inertia_, rel=1e-3)
    assert grid.inertia_ != plain.inertia_
    points = grid.features_.transform(table)
    distances = ((points[:, None, :] - grid.scaled_centers_) ** 2).sum(axis=2)
    assert grid.inertia_ == pytest.approx(distances.min(axis=1).sum())
    assert (distances.argmin(axis=1) + 1 == grid.labels_).all()


def test_customers_who_share_too_few_cells_of_the_grid_are_clustered_one_by_one():
    table = customers(*[(500, 1, 10)] * 3, (3, 40, 9000), (3, 40, 9001), (3, 40, 9002))
    clusters = BehaviourClusters(n_clusters=4, n_bootstraps=1, grid_above=0).fit(table)
    assert len(set(clusters.labels_)) == 4


def test_the_order_of_the_rows_has_no_say_in_choice_grid_and_components():
    table = shop(500)
    settings = {"grid_above": 300, "n_bootstraps": 3, "evaluation_size": 200, "max_clusters": 4}
    expected = BehaviourClusters(**settings).fit(table)
    shuffled = table.sample(frac=1, random_state=1)
    clusters = BehaviourClusters(**settings).fit(shuffled)
    pd.testing.assert_frame_equal(clusters.to_table(), expected.to_table(), check_exact=True)
    pd.testing.assert_frame_equal(
        clusters.assign(shuffled).sort_index(), expected.assign(table), check_exact=True
    )


def test_what_was_written_down_assigns_as_what_was_fitted():
    table = shop(100)
    clusters = BehaviourClusters(n_clusters=3, n_bootstraps=1).fit(table)
    written = clusters.to_table().sample(frac=1, random_state=1)
    assert not written.duplicated(["part", "number", "feature", "measure"]).any()
    read = BehaviourClusters.from_table(written)
    pd.testing.assert_frame_equal(read.assign(table), clusters.assign(table), check_exact=True)
    assert clusters.assign(table)["cluster"].tolist() == clusters.labels_.tolist()


def test_components_are_those_of_the_correlation_matrix_with_the_largest_loading_positive():
    table = shop()
    clusters = BehaviourClusters(n_clusters=3, n_bootstraps=1).fit(table)
    values, vectors = np.linalg.eigh(np.corrcoef(np.log1p(table[list(FEATURES)]).T))
    np.testing.assert_allclose(clusters.explained_variance_ratio_, values[::-1] / 3)
    np.testing.assert_allclose(np.abs(clusters.components_), np.abs(vectors.T[::-1]))
    largest = np.abs(clusters.components_).argmax(axis=1)
    assert (clusters.components_[np.arange(3), largest] > 0).all()
    coordinates = clusters.assign(table)[["pca_1", "pca_2", "pca_3"]]
    np.testing.assert_allclose(coordinates.mean(), 0, atol=1e-12)
    np.testing.assert_allclose(coordinates.var(ddof=0), values[::-1])


def test_of_equally_large_loadings_the_first_one_is_positive():
    table = pd.DataFrame({"recency_days": [1, 2, 4, 8], "order_count": [8, 4, 2, 1]})
    clusters = BehaviourClusters(n_clusters=2, n_bootstraps=1).fit(table.assign(monetary_value=5))
    np.testing.assert_allclose(clusters.components_[0], [0.5**0.5, -(0.5**0.5), 0], atol=1e-12)


def test_two_customers_have_two_components():
    table = customers((1, 9, 90), (99, 1, 3))
    clusters = BehaviourClusters(n_clusters=2).fit(table)
    assert clusters.explained_variance_ratio_ == pytest.approx([1, 0])
    assert clusters.assign(table).notna().sum().to_dict() == {
        "cluster": 2, "pca_1": 2, "pca_2": 2, "pca_3": 0, "status": 2, "status_reason": 0
    }  # fmt: skip


def test_metrics_are_taken_on_customers_at_even_distances(monkeypatch):
    seen = []
    silhouette = cluster_choice.silhouette_score
    monkeypatch.setattr(
        cluster_choice,
        "silhouette_score",
        lambda distances, labels, **keywords: (
            seen.append(len(labels)) or silhouette(distances, labels, **keywords)
        ),
    )
    settings = {"max_clusters": 4, "n_bootstraps": 1, "evaluation_size": 70}
    BehaviourClusters(**settings).fit(shop(1000))
    assert seen == [70, 70]
    rows = evenly_spaced_rows(1000, 70)
    assert len(set(rows)) == 70
    assert set(np.diff(rows)) == {14, 15}
    assert rows[0] == 7
    assert rows[-1] == 992


def test_a_customer_between_two_centres_goes_to_the_first_one():
    labels, squared = nearest_centres(np.array([[1.0], [3.0]]), np.array([[2.0], [0.0], [4.0]]))
    assert labels.tolist() == [0, 0]
    assert squared.tolist() == [1, 1]
