"""Tell which features of a customer go with lapse and with value, and how strongly."""

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy import stats
from sklearn.base import BaseEstimator

from clientele.checks import whole_number

COLUMNS = (
    "outcome",
    "feature",
    "feature_kind",
    "test_name",
    "customers",
    "statistic",
    "effect_size",
    "effect_size_measure",
    "direction",
    "p_value",
    "adjusted_p_value",
    "status",
    "status_reason",
)
TESTS = {
    ("lapse", "numeric"): ("mann_whitney", "rank_biserial"),
    ("lapse", "categorical"): ("chi_squared", "cramers_v"),
    ("value", "numeric"): ("spearman", "spearman_rho"),
    ("value", "categorical"): ("kruskal_wallis", "epsilon_squared"),
}
OTHER = "other"


class DriverAssociations(BaseEstimator):
    """
    One test for each feature against lapse and against value, with its effect size.

    =========== =========== ============== =================================================
    outcome     feature     test           effect size
    =========== =========== ============== =================================================
    lapse       numeric     Mann-Whitney   rank-biserial correlation, -1 to 1; above 0 the
                                           lapsed have the higher values [3]_
    lapse       categorical chi-squared    Cramer's V, 0 to 1
    value       numeric     Spearman       rank correlation rho, -1 to 1
    value       categorical Kruskal-Wallis epsilon squared, 0 to 1: H / (n - 1) [2]_
    =========== =========== ============== =================================================

    Assumptions
    -----------
    1. Customers are independent of one another, and a feature was known before its outcome.
    2. Only ranks count: money is skewed, and one huge customer must not decide.
    3. A feature's missing values say nothing: such customers are left out of its tests.
    4. Chi-squared and Kruskal-Wallis approximate: a level that would have fewer than `min_expected`
       expected customers in a cell (for value: customers) is merged with others like it.
    5. All tests of one outcome are one family; their p-values are adjusted by Benjamini and
       Hochberg [1]_, so that of the features called significant a known part is so by chance.

    An association is no cause.

    Parameters
    ----------
    max_levels : int, default=50
        The most frequent categories that stay levels of their own; the rest are "other".
    min_expected : int, default=5
        Fewest expected customers in a cell of a table, or customers in a level.
    min_customers : int, default=20
        Fewest customers with both feature and outcome that are tested.

    Attributes
    ----------
    associations_ : pandas.DataFrame
        One row per outcome and feature, in the order given, with the columns of `COLUMNS`. Where
        nothing was tested, numbers are NaN and ``status`` says why: "too_few_customers",
        "constant_outcome" or "constant_feature". It is "levels_merged" where assumption 4 or
        `max_levels` took levels together, else "ok".

    References
    ----------
    .. [1] Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate: a practical
       and powerful approach to multiple testing. Journal of the Royal Statistical Society B 57(1),
       289-300.
    .. [2] Tomczak, M. and Tomczak, E. (2014). The need to report effect size estimates revisited.
       Trends in Sport Sciences 1(21), 19-25.
    .. [3] Kerby, D. S. (2014). The simple difference formula: an approach to teaching
       nonparametric correlation. Comprehensive Psychology 3, 11.IT.3.1.

    Examples
    --------
    >>> lapse = np.repeat([1.0, 0.0], 20)
    >>> features = [
    ...     ("orders", np.r_[np.repeat(1.0, 20), np.repeat(2.0, 20)]),
    ...     ("country", pd.Categorical(["FR", "DE"] * 20)),
    ...     ("channel", pd.Categorical(["web"] * 40)),
    ... ]
    >>> fitted = DriverAssociations().fit(features, lapse=lapse)
    >>> table = fitted.associations_.set_index("feature")
    >>> table["effect_size"].round(2).tolist()
    [-1.0, 0.0, nan]
    >>> table.loc["orders", "direction"]
    'The lapsed have lower values.'
    >>> table.loc["channel", "status_reason"]
    'All customers have the same value.'
    """

    def __init__(self, max_levels=50, min_expected=5, min_customers=20):
        self.max_levels = max_levels
        self.min_expected = min_expected
        self.min_customers = min_customers

    def fit(self, features, lapse=None, value=None):
        """
        Test every feature against the outcomes.

        Parameters
        ----------
        features : iterable of (str, values)
            Names and values; each is read once and then let go. Values are a float array of shape
            (n_customers,), NaN where missing, or a `pandas.Categorical` of that length.
        lapse : array of shape (n_customers,), optional
            1 for a lapsed customer, 0 for another, NaN where unknown. None leaves lapse out.
        value : array of shape (n_customers,), optional
            Money of each customer, NaN where unknown. None leaves value out.

        Returns
        -------
        DriverAssociations

        Raises
        ------
        ValueError
            If a feature or an outcome has another length than the others, lapse is anything but 0
            and 1, or a setting is illegal. Never for too few customers.
        """
        for setting in ("max_levels", "min_expected"):
            whole_number(setting, getattr(self, setting), at_least=1)
        whole_number("min_customers", self.min_customers, at_least=3)
        outcomes = _outcome_arrays({"lapse": lapse, "value": value})
        ranks = _Ranks()
        rows = []
        for name, values in features:
            for outcome, measured in outcomes.items():
                if len(values) != len(measured):
                    raise ValueError(
                        f"{name} has {len(values)} values for {len(measured)} customers."
                    )
                rows.append({"feature": name, **self._row(outcome, measured, values, ranks)})
        table = pd.DataFrame(rows, columns=list(COLUMNS))
        p_values = table["p_value"].astype(float)
        for outcome in outcomes:
            tested = (table["outcome"] == outcome) & p_values.notna()
            if tested.any():
                table.loc[tested, "adjusted_p_value"] = stats.false_discovery_control(
                    p_values[tested]
                )
        self.associations_ = table
        return self

    def _row(self, outcome, measured, values, ranks):
        is_categorical = isinstance(values, pd.Categorical)
        kind = "categorical" if is_categorical else "numeric"
        test_name, measure = TESTS[outcome, kind]
        given = values.codes if is_categorical else np.asarray(values, dtype=float)
        known = np.isfinite(measured) & (given >= 0 if is_categorical else np.isfinite(given))
        measured, given = measured[known], given[known]
        row = {
            "outcome": outcome,
            "feature_kind": kind,
            "test_name": test_name,
            "customers": len(given),
            "statistic": np.nan,
            "effect_size": np.nan,
            "effect_size_measure": measure,
            "direction": None,
            "p_value": np.nan,
            "adjusted_p_value": np.nan,
        }
        status, reason = self._can_test(measured, given)
        levels = None
        if status == "ok" and is_categorical:
            smallest = self.min_expected
            if outcome == "lapse":
                smallest *= len(measured) / min(measured.sum(), (1 - measured).sum())
            given, levels, status, reason = _merged_levels(
                given, values.categories, self.max_levels, smallest
            )
        if status in ("ok", "levels_merged"):
            if test_name == "chi_squared":
                row |= _chi_squared(measured, given, levels)
            elif test_name == "mann_whitney":
                row |= _mann_whitney(measured, *ranks.of("feature", given))
            elif test_name == "spearman":
                row |= _spearman(ranks.of("value", measured)[0], ranks.of("feature", given)[0])
            else:
                row |= _kruskal_wallis(*ranks.of("value", measured), given, levels)
        return row | {"status": status, "status_reason": reason}

    def _can_test(self, measured, given):
        if len(given) < self.min_customers:
            return "too_few_customers", (
                f"A test needs at least {self.min_customers} customers who have a value; "
                f"there {'is 1' if len(given) == 1 else f'are {len(given)}'}."
            )
        if measured.min() == measured.max():
            return "constant_outcome", "All customers have the same outcome."
        if given.min() == given.max():
            return "constant_feature", "All customers have the same value."
        return "ok", None


def _outcome_arrays(outcomes):
    arrays = {
        name: np.asarray(values, dtype=float)
        for name, values in outcomes.items()
        if values is not None
    }
    lapse = arrays.get("lapse", np.empty(0))
    if not np.isin(lapse[~np.isnan(lapse)], (0, 1)).all():
        raise ValueError("lapse must be 1 for a lapsed customer and 0 for another, or missing.")
    return arrays


def _merged_levels(codes, categories, max_levels, smallest):
    """
    Take rare levels together under "other", which is never too small itself.

    Parameters
    ----------
    codes : int array of shape (n,)
        Places in `categories`.
    categories : sequence of str
        Names of the levels.
    max_levels : int
        Levels that stay, at most.
    smallest : float
        Fewest customers of a level that stays.

    Returns
    -------
    codes, levels, status, status_reason

    Examples
    --------
    >>> codes = np.repeat([0, 1, 2, 3], [9, 7, 1, 1])
    >>> _merged_levels(codes, ["DE", "FR", "IT", "UK"], max_levels=50, smallest=2)[1:]
    (['DE', 'FR', 'other'], 'levels_merged', '2 rare levels are tested together as other.')
    """
    sizes = np.bincount(codes, minlength=len(categories))
    ranking = np.lexsort((np.arange(len(sizes)), -sizes))
    ranking = ranking[sizes[ranking] > 0]
    kept = [code for code in ranking[:max_levels] if sizes[code] >= smallest]
    merged = [code for code in ranking if code not in set(kept)]
    while merged and kept and sizes[merged].sum() < smallest:
        merged.append(kept.pop())
    levels = [str(categories[code]) for code in kept] + ([OTHER] if merged else [])
    if len(levels) < 2:
        reason = f"No two levels have the {int(np.ceil(smallest))} customers that a test needs."
        return codes, levels, "too_few_customers", reason
    places = np.full(len(sizes), len(kept))
    places[kept] = np.arange(len(kept))
    if not merged:
        return places[codes], levels, "ok", None
    noun = "level is" if len(merged) == 1 else "levels are"
    reason = f"{len(merged)} rare {noun} tested together as {OTHER}."
    return places[codes], levels, "levels_merged", reason


class _Ranks:
    """Mean ranks and the tie term of the last array of each kind: sorting is what takes time."""

    def __init__(self):
        self._last = {}

    def of(self, kind, values):
        if kind in self._last and np.array_equal(self._last[kind][0], values):
            return self._last[kind][1:]
        order = np.argsort(values)
        ordered = values[order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        sizes = np.diff(np.r_[starts, len(values)])
        ranks = np.empty(len(values))
        ranks[order] = np.repeat(starts + (sizes + 1) / 2, sizes)
        ties = (sizes.astype(float) ** 3 - sizes).sum()
        self._last[kind] = (values, ranks, ties)
        return ranks, ties


def _mann_whitney(lapsed, ranks, ties):
    customers, lapsed_customers = len(lapsed), lapsed.sum()
    pairs = lapsed_customers * (customers - lapsed_customers)
    statistic = ranks[lapsed == 1].sum() - lapsed_customers * (lapsed_customers + 1) / 2
    spread = np.sqrt(pairs / 12 * (customers + 1 - ties / (customers * (customers - 1))))
    distance = max(abs(statistic - pairs / 2) - 0.5, 0) / spread
    effect = 2 * statistic / pairs - 1
    return {
        "statistic": statistic,
        "effect_size": effect,
        "p_value": min(2 * stats.norm.sf(distance), 1),
        "direction": _direction("The lapsed have {} values.", effect),
    }


def _chi_squared(lapsed, codes, levels):
    sizes = np.bincount(codes, minlength=len(levels))
    lapsed_sizes = np.bincount(codes, weights=lapsed, minlength=len(levels))
    table = np.array([lapsed_sizes, sizes - lapsed_sizes])
    test = stats.chi2_contingency(table, correction=False)
    rates = lapsed_sizes / sizes
    most, least = rates.argmax(), rates.argmin()
    return {
        "statistic": test.statistic,
        "effect_size": np.sqrt(test.statistic / len(codes)),
        "p_value": test.pvalue,
        "direction": (
            f"Lapse is most frequent in {levels[most]} ({rates[most]:.0%}), "
            f"least in {levels[least]} ({rates[least]:.0%})."
        ),
    }


def _spearman(value_ranks, ranks):
    # sums, not a dot product, whose last digit depends on the number of threads
    x, y = ranks - ranks.mean(), value_ranks - value_ranks.mean()
    rho = (x * y).sum() / np.sqrt((x * x).sum() * (y * y).sum())
    rho = min(max(rho, -1.0), 1.0)
    freedom = len(x) - 2
    with np.errstate(divide="ignore"):
        distance = abs(rho) * np.sqrt(freedom / ((1 + rho) * (1 - rho)))
    return {
        "statistic": rho,
        "effect_size": rho,
        "p_value": 2 * stats.t.sf(distance, freedom),
        "direction": _direction("The higher the feature, the {} the value.", rho),
    }


def _kruskal_wallis(value_ranks, ties, codes, levels):
    customers = len(codes)
    sizes = np.bincount(codes, minlength=len(levels))
    mean_ranks = np.bincount(codes, weights=value_ranks, minlength=len(levels)) / sizes
    between = (sizes * (mean_ranks - (customers + 1) / 2) ** 2).sum()
    statistic = 12 * between / (customers * (customers + 1))
    statistic /= 1 - ties / (customers**3 - customers)
    return {
        "statistic": statistic,
        "effect_size": statistic / (customers - 1),
        "p_value": stats.chi2.sf(statistic, len(levels) - 1),
        "direction": (
            f"Value is highest in {levels[mean_ranks.argmax()]}, "
            f"lowest in {levels[mean_ranks.argmin()]}."
        ),
    }


def _direction(sentence, effect):
    if effect == 0:
        return "No direction."
    return sentence.format("higher" if effect > 0 else "lower")


def aligned(customer_numbers, values, customers):
    """
    Put the values of some customers at their places among all of them.

    Parameters
    ----------
    customer_numbers : pyarrow.ChunkedArray of int64
        Places from 1 to `customers`, in any order, each at most once.
    values : pyarrow.ChunkedArray of double or string
        Their values, none of them missing.
    customers : int
        Number of all customers.

    Returns
    -------
    float array or pandas.Categorical, of length `customers`
        Missing where no value was given; categories in alphabetical order.

    Examples
    --------
    >>> import pyarrow
    >>> numbers = pyarrow.chunked_array([[3, 1]])
    >>> aligned(numbers, pyarrow.chunked_array([[2.5, 7.0]]), 3).tolist()
    [7.0, nan, 2.5]
    >>> aligned(numbers, pyarrow.chunked_array([["UK", "FR"]]), 3).tolist()
    ['FR', nan, 'UK']
    """
    places = customer_numbers.to_numpy() - 1
    if pa.types.is_floating(values.type):
        numbers = np.full(customers, np.nan)
        numbers[places] = values.to_numpy()
        return numbers
    encoded = values.combine_chunks().dictionary_encode()
    names = np.array(encoded.dictionary.to_pylist(), dtype=object)
    ranking = np.argsort(names, kind="stable")
    ranks = np.empty(len(names), dtype=np.int32)
    ranks[ranking] = np.arange(len(names), dtype=np.int32)
    codes = np.full(customers, -1, dtype=np.int32)
    codes[places] = ranks[encoded.indices.to_numpy()]
    return pd.Categorical.from_codes(codes, categories=pd.Index(names[ranking], dtype=object))
