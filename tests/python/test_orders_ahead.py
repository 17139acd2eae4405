"""Orders ahead: their probabilities against simulation, and the tables for SQL."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from btyd_cases import (
    AS_OF_DATE,
    CDNOW_ORDERS,
    CDNOW_SPEND,
    daily,
    simulate,
    stock_bg_nbd,
    summary_of,
)
from btyd_oracles import order_count_probabilities, order_quantiles
from scipy.special import expit
from scipy.stats import chi2

from clientele.btyd_fitters import ModifiedBetaGeoFitter
from clientele.btyd_formulas import alive, orders_if_alive
from clientele.btyd_lookup import (
    more_orders_lookup,
    prediction_lookup,
)
from clientele.btyd_predictions import (
    BetaGeoParameters,
    ModifiedBetaGeoParameters,
    discounted_clv,
    expected_order_value,
    expected_orders,
    expected_orders_of_new_customer,
    probability_alive,
    purchase_probability,
)

# what another test left open may be found here
pytestmark = pytest.mark.filterwarnings("error", "ignore::pytest.PytestUnraisableExceptionWarning")
MODIFIED = ModifiedBetaGeoParameters(0.525, 6.183, 0.891, 1.614)
SHOP = BetaGeoParameters(0.6, 6, 0.8, 2.5)


@pytest.fixture(scope="module")
def customers():
    return simulate(40_000, SHOP, weeks=(20, 60), ahead=26, seed=11)


# ---- probabilities of the number of orders


@pytest.mark.parametrize("parameters", [SHOP, MODIFIED, BetaGeoParameters(1.3, 9, 1.8, 4)])
def test_counts_sum_to_one_and_their_mean_is_the_expected_orders(parameters):
    grid = summary_of([0, 1, 4, 30], [0, 20, 33, 38], 40)
    counts = order_count_probabilities(parameters, grid, 7 * 26, orders=400)
    assert (counts >= 0).all()
    np.testing.assert_allclose(counts.sum(axis=1), 1, rtol=1e-9)
    expected = expected_orders(parameters, grid, 7 * 26)
    np.testing.assert_allclose(counts @ np.arange(401), expected, rtol=1e-8)
    buys = purchase_probability(parameters, grid, 7 * 26)
    np.testing.assert_allclose(1 - counts[:, 0], buys, rtol=1e-9)


def test_actual_orders_fall_evenly_over_the_predicted_distribution(customers):
    customers = customers.head(20_000)
    counts = order_count_probabilities(SHOP, customers, 7 * 26, int(customers["later"].max()))
    later = customers["later"].to_numpy().astype(int)
    row = np.arange(len(later))
    below = np.c_[np.zeros(len(row)), np.cumsum(counts, axis=1)]
    share = np.random.default_rng(1).random(len(row))
    # a random point of the step that the outcome is: even over 0 to 1 if the steps are right
    transform = below[row, later] + share * counts[row, later]
    for group in (
        row >= 0,
        customers["repeat_order_days"] == 0,
        customers["repeat_order_days"] > 2,
    ):
        observed = np.histogram(transform[group], bins=20, range=(0, 1))[0]
        expected = group.sum() / 20
        distance = ((observed - expected) ** 2 / expected).sum()
        assert chi2.sf(distance, 19) > 0.001


def test_an_interval_holds_at_least_its_share_of_the_outcomes(customers):
    low, high = order_quantiles(SHOP, customers, 7 * 26, (0.1, 0.9)).T
    later = customers["later"].to_numpy()
    inside = ((low <= later) & (later <= high)).mean()
    error = np.sqrt(0.8 * 0.2 / len(later))
    assert inside > 0.8 - 3 * error
    assert (later > high).mean() < 0.1 + 3 * error


def test_the_table_of_extreme_customers_is_finite_and_ends():
    extreme = summary_of([0, 5000], [0, 300], 300)
    table = more_orders_lookup(CDNOW_ORDERS, extreme, 3650, smallest=0.001)
    assert table["probability_of_more_if_alive"].between(0, 1).all()
    assert (table.groupby("repeat_order_days")["probability_of_more_if_alive"].min() <= 0.001).all()
    assert table["orders"].max() > 1000


# ---- the challenger without the exception for one-time buyers


@pytest.mark.parametrize("weeks", [1, 26, 52])
def test_modified_predictions_equal_lifetimes(weeks):
    x, share, T = (axis.ravel() for axis in np.meshgrid([0, 1, 2, 7, 30], [0.1, 0.6, 1], [9, 39]))
    grid = summary_of(x, np.where(x > 0, share * T, 0), T)
    t_x = grid["age_at_last_order_days"].to_numpy() / 7
    stock = ModifiedBetaGeoFitter()
    stock.params_ = pd.Series(MODIFIED._asdict())
    np.testing.assert_allclose(
        probability_alive(MODIFIED, grid), stock.conditional_probability_alive(x, t_x, T), rtol=1e-8
    )
    np.testing.assert_allclose(
        expected_orders(MODIFIED, grid, 7 * weeks),
        stock.conditional_expected_number_of_purchases_up_to_time(weeks, x, t_x, T),
        rtol=1e-8,
    )
    assert expected_orders_of_new_customer(MODIFIED, 7 * weeks) == pytest.approx(
        stock.expected_number_of_purchases_up_to_time(weeks), rel=1e-8
    )


# ---- tables for SQL


def test_the_lookup_has_a_row_per_pair_and_needs_no_order(customers):
    days = daily(customers)
    lookup = prediction_lookup(SHOP, days, AS_OF_DATE, 0.1)
    keys = ["repeat_order_days", "customer_age_days"]
    pairs = days[keys].drop_duplicates().sort_values(keys)
    assert (lookup[keys].to_numpy() == pairs.to_numpy()).all()
    shuffled = prediction_lookup(SHOP, days.sample(frac=1, random_state=1), AS_OF_DATE, 0.1)
    pd.testing.assert_frame_equal(lookup, shuffled)
    pd.testing.assert_frame_equal(lookup, prediction_lookup(SHOP, pairs, AS_OF_DATE, 0.1))
    assert len(lookup) < len(days) / 10


def test_joined_by_sql_the_lookup_gives_the_predictions(customers):
    days = daily(customers.head(5000))
    spend = expected_order_value(CDNOW_SPEND, days)
    days = days.assign(expected_order_value=spend)
    connection = duckdb.connect()
    connection.register("days", days.drop(columns="alive"))
    connection.register("lookup", prediction_lookup(SHOP, days, AS_OF_DATE, 0.1))
    joined = connection.sql(
        """
        with odds as (
            select
                *,
                (0.6 + repeat_order_days)
                * ln((6 + customer_age_days / 7) / (6 + age_at_last_order_days / 7))
                + ln(0.8 / (2.5 + repeat_order_days - 1)) as log_odds_left
            from days
        )
        select
            odds.customer_id,
            case
                when odds.repeat_order_days = 0 then 1
                else 1 / (1 + exp(least(log_odds_left, 700)))
            end as alive,
            alive * expected_orders_if_alive_13w as orders,
            alive * purchase_probability_if_alive_90d as buys,
            alive * discounted_orders_if_alive_6m * expected_order_value as clv
        from odds
        inner join lookup using (repeat_order_days, customer_age_days)
        order by odds.customer_id
        """
    ).df()
    assert joined["customer_id"].tolist() == days["customer_id"].tolist()
    for column, expected in (
        ("alive", probability_alive(SHOP, days)),
        ("orders", expected_orders(SHOP, days, 91)),
        ("buys", purchase_probability(SHOP, days, 90)),
        ("clv", discounted_clv(SHOP, days, spend, 6, 0.1, AS_OF_DATE)),
    ):
        np.testing.assert_allclose(joined[column], expected, rtol=1e-10)


def test_undiscounted_the_lookup_holds_expected_orders_of_calendar_months():
    pair = pd.DataFrame({"repeat_order_days": [2], "customer_age_days": [100]})
    lookup = prediction_lookup(SHOP, pair, AS_OF_DATE, 0, months=(1, 12))
    for month, days in ((1, 29), (12, 366)):
        expected = orders_if_alive(SHOP, np.array([2.0]), np.array([100 / 7]), days / 7)
        np.testing.assert_allclose(lookup[f"discounted_orders_if_alive_{month}m"], expected)


def test_the_lookup_leaves_out_what_no_history_has():
    pairs = pd.DataFrame(
        {
            "repeat_order_days": [2, -1, 1.5, np.nan, 1, 1],
            "customer_age_days": [100, 5, 5, 5, np.nan, np.inf],
        }
    )
    assert prediction_lookup(SHOP, pairs, AS_OF_DATE, 0.1)["customer_age_days"].tolist() == [100]
    empty = prediction_lookup(SHOP, pairs.head(0), AS_OF_DATE, 0.1)
    assert len(empty) == 0
    assert "discounted_orders_if_alive_12m" in empty
    assert len(more_orders_lookup(SHOP, pairs.head(0), 182)) == 0


@pytest.mark.parametrize("wrong", [{"weeks": [0]}, {"days": [1.5]}, {"months": [-1]}])
def test_an_impossible_horizon_is_refused(wrong):
    pair = pd.DataFrame({"repeat_order_days": [2], "customer_age_days": [100]})
    with pytest.raises(ValueError, match="must be a whole number of at least 1"):
        prediction_lookup(SHOP, pair, AS_OF_DATE, 0.1, **wrong)


def test_the_table_of_more_orders_gives_quantiles_to_sql(customers):
    days = daily(customers.head(2000))
    table = more_orders_lookup(SHOP, days, 182, smallest=0.05)
    days = days.assign(alive=probability_alive(SHOP, days))
    joined = days.merge(table, on=["repeat_order_days", "customer_age_days"])
    enough = joined[joined["alive"] * joined["probability_of_more_if_alive"] <= 0.1]
    quantile = enough.groupby("customer_id")["orders"].min()
    assert quantile.tolist() == order_quantiles(SHOP, days, 182, (0.9,))[:, 0].tolist()


def test_predictions_equal_lifetimes_where_it_is_finite():
    stock = stock_bg_nbd(CDNOW_ORDERS)
    random = np.random.default_rng(2)
    T = random.integers(1, 500, 2000) / 7
    x = random.poisson(1.5, 2000).astype(float)
    t_x = np.where(x > 0, T * random.random(2000), 0)
    lost = expit(-(0.24 + x) * np.log((4.4 + T) / (4.4 + t_x)))
    assert lost.min() < 0.1
    ours = alive(CDNOW_ORDERS, x, t_x, T) * orders_if_alive(CDNOW_ORDERS, x, T, 13)
    theirs = stock.conditional_expected_number_of_purchases_up_to_time(13, x, t_x, T)
    np.testing.assert_allclose(ours, theirs, rtol=1e-8)
