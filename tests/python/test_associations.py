"""Driver associations: they agree with scipy, find what is there, and odd shops get a reason."""

import numpy as np
import pandas as pd
import pyarrow
import pytest
from scipy import stats
from sklearn.base import clone

from clientele.associations import COLUMNS, DriverAssociations, aligned


def fit(values, lapse=None, value=None, **settings):
    fitted = DriverAssociations(**settings).fit([("feature", values)], lapse=lapse, value=value)
    return fitted.associations_.iloc[0]


def tied_shop(customers=200, seed=5):
    random = np.random.default_rng(seed)
    lapse = random.integers(0, 2, customers).astype(float)
    value = random.integers(0, 12, customers).astype(float)
    numbers = random.integers(0, 9, customers).astype(float)
    return lapse, value, numbers, pd.Categorical(random.choice(["DE", "FR", "UK"], customers))


def test_a_number_against_lapse_is_scipys_mann_whitney():
    lapse, _, numbers, _ = tied_shop()
    expected = stats.mannwhitneyu(numbers[lapse == 1], numbers[lapse == 0], method="asymptotic")
    row = fit(numbers, lapse=lapse)
    assert (row["test_name"], row["effect_size_measure"]) == ("mann_whitney", "rank_biserial")
    assert row["statistic"] == expected.statistic
    assert row["p_value"] == pytest.approx(expected.pvalue, rel=1e-12)


def test_a_category_against_lapse_is_scipys_chi_squared():
    lapse, _, _, countries = tied_shop()
    table = pd.crosstab(lapse, np.asarray(countries))
    expected = stats.chi2_contingency(table, correction=False)
    row = fit(countries, lapse=lapse)
    assert row["statistic"] == pytest.approx(expected.statistic, rel=1e-12)
    assert row["p_value"] == pytest.approx(expected.pvalue, rel=1e-12)
    assert row["effect_size"] == pytest.approx(stats.contingency.association(table, "cramer"))


def test_a_number_against_value_is_scipys_spearman():
    _, value, numbers, _ = tied_shop()
    expected = stats.spearmanr(numbers, value)
    row = fit(numbers, value=value)
    assert row["effect_size"] == row["statistic"] == pytest.approx(expected.statistic, rel=1e-12)
    assert row["p_value"] == pytest.approx(expected.pvalue, rel=1e-9)


def test_a_category_against_value_is_scipys_kruskal_wallis():
    _, value, _, countries = tied_shop()
    expected = stats.kruskal(*(value[countries == name] for name in countries.categories))
    row = fit(countries, value=value)
    assert row["statistic"] == pytest.approx(expected.statistic, rel=1e-12)
    assert row["p_value"] == pytest.approx(expected.pvalue, rel=1e-12)
    assert row["effect_size"] == pytest.approx(expected.statistic / 199)


def test_the_rank_biserial_correlation_is_pairs_won_less_pairs_lost():
    # 1 and 3 against 2 and 2: two pairs won, two lost; 2 and 3 against 2 and 3.5: one won, two lost
    lapse = np.array([1, 1, 0, 0] * 5, dtype=float)
    assert fit(np.array([1, 3, 2, 2.0] * 5), lapse=lapse)["effect_size"] == 0
    assert fit(np.array([2, 3, 2, 3.5] * 5), lapse=lapse)["effect_size"] == -0.25


def shop_with_one_driver(seed, customers=600):
    random = np.random.default_rng(seed)
    orders = random.integers(1, 6, customers).astype(float)
    features = [("orders", orders)]
    for number in range(10):
        features.append((f"noise {number}", random.normal(size=customers)))
        letters = pd.Categorical(random.choice(list("abcd"), customers))
        features.append((f"letters {number}", letters))
    lapse = (random.random(customers) < 0.8 - 0.1 * orders).astype(float)
    return features, lapse, random.lognormal(3, 1, customers) * orders


def test_a_planted_driver_is_found_and_what_is_none_is_not():
    found = []
    for seed in range(20):
        features, lapse, value = shop_with_one_driver(seed)
        table = DriverAssociations().fit(features, lapse=lapse, value=value).associations_
        found.append(table[table["adjusted_p_value"] <= 0.05])
        assert (table["p_value"] <= 0.05).sum() >= 2
    found = pd.concat(found)
    planted = found[found["feature"] == "orders"]
    assert len(planted) == 2 * 20
    assert set(planted["direction"]) == {
        "The lapsed have lower values.",
        "The higher the feature, the higher the value.",
    }
    # of 840 tests 42 would be significant by chance without a correction
    assert len(found) - len(planted) <= 0.1 * len(found)


def test_p_values_are_adjusted_within_one_outcome():
    lapse, value, numbers, countries = tied_shop()
    features = [("n", numbers), ("none", np.full(200, np.nan)), ("c", countries)]
    table = DriverAssociations().fit(features, lapse=lapse, value=value).associations_
    for _, family in table.dropna(subset="p_value").groupby("outcome"):
        smaller, larger = sorted(family["p_value"])
        assert sorted(family["adjusted_p_value"]) == [min(2 * smaller, larger), larger]
    assert table.loc[table["feature"] == "none", "adjusted_p_value"].isna().all()


@pytest.mark.parametrize("customers", [0, 1, 2, 19])
def test_few_customers_get_a_reason(customers):
    for values in (np.arange(customers, dtype=float), pd.Categorical(["a"] * customers)):
        row = fit(values, value=np.arange(customers, dtype=float))
        assert row["status"] == "too_few_customers"
        assert row["customers"] == customers
        assert np.isnan(row["p_value"]) and row["direction"] is None


def test_constants_get_a_reason():
    numbers = np.arange(30, dtype=float)
    assert fit(np.ones(30), value=numbers)["status"] == "constant_feature"
    assert fit(pd.Categorical(["a"] * 30), value=numbers)["status"] == "constant_feature"
    assert fit(numbers, lapse=np.ones(30))["status"] == "constant_outcome"


def test_missing_values_are_left_out():
    lapse, _, numbers, countries = tied_shop()
    numbers[::3] = np.nan
    numbers[1] = np.inf
    known = np.isfinite(numbers)
    row = fit(numbers, lapse=lapse)
    assert row["customers"] == known.sum()
    assert row["p_value"] == fit(numbers[known], lapse=lapse[known])["p_value"]
    codes = np.where(known, countries.codes, -1)
    countries = pd.Categorical.from_codes(codes, countries.categories)
    assert fit(countries, lapse=lapse)["customers"] == known.sum()


def test_levels_too_rare_for_chi_squared_are_tested_together():
    # half lapse, so that 5 expected lapsed customers need a level of 10: c and d have 8 and 4
    countries = pd.Categorical(["a"] * 40 + ["b"] * 20 + ["c"] * 8 + ["d"] * 4)
    lapse = np.arange(72) % 2.0
    row = fit(countries, lapse=lapse)
    assert row["status"] == "levels_merged"
    assert row["status_reason"] == "2 rare levels are tested together as other."
    merged = np.repeat(["a", "b", "other"], [40, 20, 12])
    expected = stats.chi2_contingency(pd.crosstab(lapse, merged), correction=False)
    assert row["statistic"] == pytest.approx(expected.statistic)


def test_other_is_never_too_rare_itself():
    countries = pd.Categorical(["a"] * 40 + ["b"] * 20 + ["c"] * 3)
    row = fit(countries, lapse=np.arange(63) % 2.0)
    assert row["status_reason"] == "2 rare levels are tested together as other."
    assert fit(pd.Categorical(["a"] * 60 + ["b"] * 3), lapse=np.arange(63) % 2.0)["status"] == (
        "too_few_customers"
    )


def test_of_a_thousand_categories_fifty_stay():
    random = np.random.default_rng(3)
    codes = np.minimum(random.geometric(0.01, 20_000), 1200) - 1
    names = [f"product {number:04d}" for number in range(1200)]
    row = fit(
        pd.Categorical.from_codes(codes, categories=names), value=random.normal(size=len(codes))
    )
    assert row["status"] == "levels_merged"
    assert row["p_value"] > 0.001
    assert row["statistic"] == pytest.approx(
        stats.chi2.isf(row["p_value"], 50)  # fifty levels and other
    )


def test_an_outcome_that_is_not_given_has_no_rows():
    lapse, value, numbers, _ = tied_shop()
    table = DriverAssociations().fit([("n", numbers)], value=value).associations_
    assert table["outcome"].tolist() == ["value"]
    assert tuple(table.columns) == COLUMNS
    empty = DriverAssociations().fit([], lapse=lapse, value=value).associations_
    assert tuple(empty.columns) == COLUMNS and empty.empty


def test_wrong_input_gets_a_sentence():
    with pytest.raises(ValueError, match="feature has 3 values for 2 customers"):
        fit(np.ones(3), value=np.ones(2))
    with pytest.raises(ValueError, match="lapse must be 1 for a lapsed customer"):
        fit(np.ones(3), lapse=np.array([0, 1, 2]))
    with pytest.raises(ValueError, match="min_customers must be a whole number of at least 3"):
        fit(np.ones(3), value=np.ones(3), min_customers=1)


def test_settings_survive_a_clone():
    assert clone(DriverAssociations(max_levels=7)).get_params()["max_levels"] == 7


def test_values_find_their_customers():
    numbers = pyarrow.chunked_array([[4], [2]])
    places = aligned(numbers, pyarrow.chunked_array([["b"], ["a"]]), 4)
    assert places.codes.tolist() == [-1, 0, -1, 1]
    assert places.categories.tolist() == ["a", "b"]
    nothing = aligned(
        pyarrow.chunked_array([], pyarrow.int64()), pyarrow.chunked_array([], pyarrow.string()), 2
    )
    assert nothing.isna().all()
