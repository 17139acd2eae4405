"""Clusters by behaviour and attributes: the factors are Pagès's, planted groups are found."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from clientele.mixed_clustering import OTHER, UNKNOWN, MixedClusters, MixedFactors


def planted(customers=600, seed=5, attributes_only=False):
    """Three groups: rich singles, families with small incomes, students; and which each is."""
    random = np.random.default_rng(seed)
    group = random.integers(0, 3, customers)
    money = 300 if attributes_only else np.array([3000, 400, 30])[group]
    usual = np.array(["single", "family", "shared"], dtype=object)[group]
    is_odd = random.random(customers) < 0.02
    table = pd.DataFrame(
        {
            "recency_days": random.integers(1, 300, customers).astype(float),
            "order_count": random.poisson(5, customers) + 1.0,
            "monetary_value": (money * random.lognormal(0, 0.3, customers)).round(2),
            "income": np.array([90e3, 35e3, 12e3])[group] * random.lognormal(0, 0.15, customers),
            "birth_year": np.array([1965.0, 1980, 2000])[group] + random.normal(0, 4, customers),
            "household": np.where(is_odd, random.choice(["single", "family"], customers), usual),
            "gender": random.choice(["f", "m"], customers),
        }
    )
    return table, group


def test_numbers_alone_are_principal_components_of_z_scores():
    table = planted()[0].select_dtypes("number")
    factors = MixedFactors(n_components=5).fit(table)
    correlations = np.corrcoef(table.to_numpy().T)
    expected, vectors = np.linalg.eigh(correlations)
    np.testing.assert_allclose(factors.eigenvalues_, expected[::-1])
    scaled = ((table - table.mean()) / table.std(ddof=0)).to_numpy()
    np.testing.assert_allclose(
        np.abs(factors.transform(table)), np.abs(scaled @ vectors[:, ::-1]), atol=1e-9
    )


def test_texts_alone_are_multiple_correspondence_analysis():
    random = np.random.default_rng(8)
    table = pd.DataFrame({"one": random.choice(list("abc"), 400)})
    table["two"] = np.where(random.random(400) < 0.6, table["one"], "d")
    table["three"] = random.choice(list("xy"), 400)
    factors = MixedFactors(n_components=2).fit(table)
    indicators = pd.get_dummies(table).to_numpy(dtype=float)
    masses = indicators / indicators.sum()
    rows, columns = masses.sum(axis=1), masses.sum(axis=0)
    residuals = (masses - np.outer(rows, columns)) / np.sqrt(np.outer(rows, columns))
    inertias = np.linalg.svd(residuals, compute_uv=False)[: len(columns)] ** 2
    np.testing.assert_allclose(factors.eigenvalues_, 3 * inertias, atol=1e-12)
    # a variable with m levels adds m - 1 to the variance
    assert factors.eigenvalues_.sum() == pytest.approx(3 + 2 + 1)


def test_no_variable_adds_more_than_one_to_a_component():
    table = planted()[0]
    factors = MixedFactors(n_components=3).fit(table)
    scores = factors.transform(table) / np.sqrt(factors.eigenvalues_[:3])
    told = np.zeros(3)
    for name in table.columns:
        if table[name].dtype == float:
            shares = np.corrcoef(table[name], scores, rowvar=False)[0, 1:] ** 2
        else:
            means = pd.DataFrame(scores).groupby(table[name].to_numpy()).transform("mean")
            shares = (means**2).mean().to_numpy()
        assert (shares <= 1 + 1e-9).all()
        told += shares
    np.testing.assert_allclose(told, factors.eigenvalues_[:3])


def test_components_that_chance_would_tell_do_not_count():
    random = np.random.default_rng(0)
    noise = pd.DataFrame(random.normal(size=(500, 6))).rename(columns=str)
    noise["rare"] = random.choice(["a", "b", "c"], 500, p=[0.97, 0.02, 0.01])
    assert MixedFactors().fit(noise).n_components_ == 1
    common = random.normal(size=(500, 3)).repeat(2, axis=1)
    noise.iloc[:, :6] = common + random.normal(0, 0.3, (500, 6))
    assert MixedFactors().fit(noise).n_components_ == 3


@pytest.mark.parametrize("attributes_only", [False, True])
def test_planted_groups_are_found(attributes_only):
    table, group = planted(attributes_only=attributes_only)
    clusters = MixedClusters().fit(table)
    assert clusters.n_clusters_ == 3
    assert adjusted_rand_score(group, clusters.labels_.astype(int)) > 0.9


def test_groups_learnt_from_some_customers_hold_all():
    table, group = planted(3_000)
    clusters = MixedClusters(fit_up_to=500).fit(table)
    assert clusters.models_["taught_customers"].tolist() == [500] * 6
    assert adjusted_rand_score(group, clusters.labels_.astype(int)) > 0.9


def test_the_order_of_the_rows_changes_nothing():
    table = planted()[0].assign(income=lambda frame: frame["income"].where(frame.index % 7 > 0))
    table["household"] = table["household"].where(table.index % 11 > 0, None)
    expected = MixedClusters().fit(table)
    shuffled = table.sample(frac=1, random_state=1)
    clusters = MixedClusters().fit(shuffled)
    labels = pd.Series(clusters.labels_, index=shuffled.index).sort_index()
    assert labels.tolist() == expected.labels_.tolist()
    pd.testing.assert_frame_equal(clusters.profiles_, expected.profiles_, check_exact=True)
    pd.testing.assert_frame_equal(clusters.models_, expected.models_, check_exact=True)


def test_profiles_tell_means_and_shares_beside_the_shops():
    table, _ = planted()
    clusters = MixedClusters().fit(table)
    labels = clusters.labels_.astype(int)
    profiles = clusters.profiles_.set_index(["cluster", "variable"])
    income = profiles.loc[(1, "income")].squeeze()
    assert income["cluster_value"] == pytest.approx(table["income"][labels == 1].mean())
    assert income["shop_value"] == pytest.approx(table["income"].mean())
    deviations = income["difference"] / table["income"].std(ddof=0)
    assert income["standardised_difference"] == pytest.approx(deviations)
    households = profiles.loc[(1, "household")].set_index("level")
    single = (table["household"][labels == 1] == "single").mean()
    assert households.loc["single", "cluster_value"] == pytest.approx(single)
    assert households["customers"].sum() == (labels == 1).sum()
    assert households["cluster_value"].sum() == pytest.approx(1)


def test_missing_values_count_as_the_median_or_as_unknown():
    table, group = planted()
    table.loc[::9, "income"] = np.nan
    table.loc[::8, "household"] = None
    clusters = MixedClusters().fit(table)
    assert adjusted_rand_score(group, clusters.labels_.astype(int)) > 0.85
    variables = clusters.variables_.set_index("variable")
    assert variables.loc["income", "known_customers"] == table["income"].notna().sum()
    assert variables.loc["household", "level_count"] == 4
    levels = clusters.profiles_.query("variable == 'household'")["level"]
    assert set(levels) == {"single", "family", "shared", UNKNOWN}


def test_rare_levels_are_merged():
    table, _ = planted(1_000)
    table["city"] = np.where(table.index < 9, "Rare", np.where(table.index % 2, "Big", "Small"))
    table.loc[995:, "city"] = "Rarer"
    clusters = MixedClusters().fit(table)
    city = clusters.variables_.set_index("variable").loc["city"]
    assert (city["level_count"], city["merged_level_count"]) == (3, 2)
    assert OTHER in set(clusters.profiles_.query("variable == 'city'")["level"])
    many = table.assign(city=[f"city {number % 40:02d}" for number in range(1_000)])
    city = MixedClusters().fit(many).variables_.set_index("variable").loc["city"]
    assert (city["level_count"], city["merged_level_count"]) == (21, 20)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (
            [f"{number}@example.com" for number in range(600)],
            "Each customer has a text of the own.",
        ),
        ([f"street {number // 2}" for number in range(600)], "No text is frequent enough."),
        (["GB"] * 600, "It is the same for all customers."),
        ([1.0] * 600, "It is the same for all customers."),
        ([None] * 600, "No customer has it."),
        ([np.nan] * 600, "No customer has it."),
    ],
)
def test_what_tells_nothing_of_groups_is_left_out_with_the_reason(values, reason):
    table, _ = planted()
    expected = MixedClusters().fit(table)
    clusters = MixedClusters().fit(table.assign(extra=values))
    extra = clusters.variables_.set_index("variable").loc["extra"]
    assert (bool(extra["is_used"]), extra["reason"]) == (False, reason)
    assert clusters.labels_.tolist() == expected.labels_.tolist()
    assert "extra" not in set(clusters.profiles_["variable"])


def test_one_wild_income_is_no_cluster():
    table, group = planted()
    table.loc[0, "income"] = 1e12
    clusters = MixedClusters().fit(table)
    assert adjusted_rand_score(group, clusters.labels_.astype(int)) > 0.9


def test_a_customer_without_attributes_has_no_cluster():
    table, _ = planted()
    attributes = ["income", "birth_year", "household", "gender"]
    known = MixedClusters().fit(table)
    guest = table.iloc[[0]].copy()
    guest[["income", "birth_year"]] = np.nan
    guest[["household", "gender"]] = None
    clusters = MixedClusters().fit(pd.concat([guest, table], ignore_index=True))
    assert clusters.assignments_["status"].tolist() == ["no_attributes"] + ["ok"] * 600
    assert clusters.labels_[1:].tolist() == known.labels_.tolist()
    nobody = MixedClusters().fit(table.drop(columns=attributes))
    assert nobody.status_ == "no_attributes"
    assert nobody.assignments_["status"].eq("no_attributes").all()
    assert nobody.models_["status"].tolist() == ["no_attributes"]
    assert nobody.profiles_.empty


@pytest.mark.parametrize(
    ("rows", "status"),
    [(0, "no_attributes"), (1, "no_usable_attributes"), (2, "too_few_customers")],
)
def test_too_few_customers_get_a_reason_and_no_cluster(rows, status):
    table = planted()[0].drop(columns=["gender", "household"]).head(rows)
    clusters = MixedClusters().fit(table)
    assert clusters.status_ == status
    assert clusters.labels_.isna().all()
    assert clusters.models_[["n_clusters", "is_chosen"]].to_numpy().tolist() == [[3, False]]


def test_equal_customers_get_a_reason():
    table = pd.concat([planted()[0].head(1)] * 30, ignore_index=True)
    assert MixedClusters().fit(table).status_ == "no_usable_attributes"
    table["gender"] = ["f", "m"] * 15
    assert MixedClusters().fit(table).status_ == "too_few_distinct_customers"
    assert MixedClusters(n_clusters=2).fit(table).n_clusters_ == 2


def test_behaviour_may_be_missing_altogether():
    table, group = planted()
    clusters = MixedClusters().fit(table[["income", "birth_year", "household"]])
    assert adjusted_rand_score(group, clusters.labels_.astype(int)) > 0.9


def test_clusters_are_numbered_by_total_value():
    table, _ = planted()
    labels = MixedClusters().fit_predict(table)
    assert table["monetary_value"].groupby(np.asarray(labels)).sum().is_monotonic_decreasing


def test_huge_numbers_do_no_harm():
    table, _ = planted()
    table["wild"] = np.where(table.index % 2, 9e149, -9e149)
    assert MixedClusters().fit(table).status_ == "ok"
