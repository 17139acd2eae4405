"""The budget plan: against brute force, against an integer programme, and in the warehouse."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from conftest import Warehouse
from scipy.optimize import Bounds, LinearConstraint, milp

from clientele.budget_plan import BudgetPlan
from clientele.offer_choices import NONE, OfferTable
from clientele.plan_bound import Prices
from clientele.plan_repair import feasible_plan, improved_plan

CHANNELS = ("email", "letter", "phone")
KEY = ["customer_id", "offer_number"]
SELECTED = (
    "+fct_budget_plan +fct_budget_curve +fct_budget_channels +fct_budget_segments "
    "+fct_budget_policies +fct_budget_summary"
)


def shop(
    seed: int, customers: int, most_offers: int = 3
) -> tuple[pd.DataFrame, float, dict[str, int]]:
    """Offers, a budget and capacities drawn at random: free and dear, equal and losing ones too."""
    random = np.random.default_rng(seed)
    rows = [
        {
            "customer_id": f"c{customer:04}",
            "offer_number": offer,
            "channel": CHANNELS[random.integers(3)],
            "expected_cost": random.choice([0, random.integers(5), round(random.uniform(0, 5), 4)]),
            "expected_incremental_profit": random.choice(
                [random.integers(-1, 5), round(random.uniform(-2, 9), 4)]
            ),
        }
        for customer in range(customers)
        for offer in range(1, random.integers(1, most_offers + 1) + 1)
    ]
    budget = float(random.choice([0, round(random.uniform(0, 2 * customers), 4), 1000]))
    capacities = {
        channel: int(random.integers(0, customers)) for channel in CHANNELS if random.random() < 0.5
    }
    return pd.DataFrame(rows), budget, capacities


def units(money: float | pd.Series) -> int | pd.Series:
    """Whole ten-thousandths."""
    return (
        (money * 10_000).round().astype(int) if isinstance(money, pd.Series) else round(money * 1e4)
    )


def brute_force(offers: pd.DataFrame, budget: float, capacities: dict[str, int]) -> int:
    """Try every plan."""
    rows = offers.assign(
        cost=units(offers["expected_cost"]), profit=units(offers["expected_incremental_profit"])
    )
    choices = [[None, *group.itertuples()] for _, group in rows.groupby("customer_id")]
    best = 0
    for plan in itertools.product(*choices):
        made = [offer for offer in plan if offer is not None]
        if sum(offer.cost for offer in made) > units(budget):
            continue
        counts = {name: sum(offer.channel == name for offer in made) for name in capacities}
        if all(counts[name] <= most for name, most in capacities.items()):
            best = max(best, sum(offer.profit for offer in made))
    return best


def integer_programme(offers: pd.DataFrame, budget: float, capacities: dict[str, int]) -> int:
    """Solve the whole of it, with nothing settled beforehand."""
    rows = [pd.get_dummies(offers["customer_id"]).to_numpy(float).T, np.ones((0, len(offers)))]
    limits = [*[1] * len(rows[0]), budget, *capacities.values()]
    rows += [offers["expected_cost"].to_numpy(float)[None]]
    rows += [(offers["channel"] == name).to_numpy(float)[None] for name in capacities]
    profit = offers["expected_incremental_profit"].to_numpy(float)
    solution = milp(
        -profit,
        integrality=np.ones(len(offers)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(np.vstack(rows), ub=limits),
        options={"mip_rel_gap": 0},
    )
    return units(float(profit @ (solution.x > 0.5)))


def assert_is_legal(
    plan: BudgetPlan, offers: pd.DataFrame, budget: float, capacities: dict[str, int]
) -> None:
    """Within budget and capacities to the last digit, one offer each, and only offers that pay."""
    made = offers[plan.chosen_]
    assert units(made["expected_cost"]).sum() <= units(budget)
    assert not made["customer_id"].duplicated().any()
    assert (made["expected_incremental_profit"] > 0).all()
    for channel, most in capacities.items():
        assert (made["channel"] == channel).sum() <= most
    told = plan.plan_
    assert units(told["expected_cost"]) == units(made["expected_cost"]).sum()
    assert (
        units(told["expected_incremental_profit"])
        == units(made["expected_incremental_profit"]).sum()
    )
    assert told["contacts"] == len(made)


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_no_plan_of_a_small_shop_earns_more(first: int) -> None:
    for seed in range(first, first + 50):
        offers, budget, capacities = shop(seed, customers=1 + seed % 5)
        best = brute_force(offers, budget, capacities)
        settings = {"budget": budget, "capacities": capacities, "channels": CHANNELS}
        exact = BudgetPlan(**settings, curve_points=2).fit(offers)
        assert_is_legal(exact, offers, budget, capacities)
        assert units(exact.plan_["expected_incremental_profit"]) == best, seed
        assert exact.plan_["method"] == "exact" and exact.plan_["gap"] == 0
        near = BudgetPlan(**settings, curve_points=2, exact_up_to=0).fit(offers)
        assert_is_legal(near, offers, budget, capacities)
        assert units(near.plan_["profit_bound"]) >= best, seed
        assert best - units(near.plan_["expected_incremental_profit"]) <= units(near.plan_["gap"])


@pytest.mark.parametrize("seed", range(12))
def test_a_larger_shop_is_solved_as_by_one_integer_programme(seed: int) -> None:
    offers, budget, capacities = shop(1000 + seed, customers=60)
    best = integer_programme(offers, budget, capacities)
    settings = {"budget": budget, "capacities": capacities, "channels": CHANNELS, "curve_points": 4}
    exact = BudgetPlan(**settings).fit(offers)
    assert_is_legal(exact, offers, budget, capacities)
    assert units(exact.plan_["expected_incremental_profit"]) == best
    near = BudgetPlan(**settings, exact_up_to=0).fit(offers).plan_
    assert units(near["expected_incremental_profit"]) <= best <= units(near["profit_bound"])
    assert near["relative_gap"] < 0.02


def test_the_order_of_the_rows_does_not_matter_even_where_offers_are_equal() -> None:
    offers, *_ = shop(5, customers=300)
    offers["expected_cost"] = offers["expected_cost"].round().clip(lower=1)
    offers["expected_incremental_profit"] = offers["expected_incremental_profit"].round()
    shuffled = offers.sample(frac=1, random_state=1)
    for exact_up_to in (0, 20_000):
        settings = {"budget": 150, "capacities": {"email": 40}, "exact_up_to": exact_up_to}
        plan = BudgetPlan(**settings).fit(offers)
        other = BudgetPlan(**settings).fit(shuffled)
        made = offers[plan.chosen_][KEY].reset_index(drop=True)
        same = shuffled[other.chosen_].sort_values(KEY)[KEY].reset_index(drop=True)
        pd.testing.assert_frame_equal(made, same)
        assert plan.plan_ == other.plan_
        pd.testing.assert_frame_equal(plan.curve_, other.curve_)


def test_a_contact_that_is_given_up_is_free_for_another() -> None:
    """The first customer leaves the only letter for something better; the second one takes it."""
    columns = ([0, 0, 1, 1], [3, 9, 2, 5], [0, 0, 0, 0], [0, 1, 1, 0])
    table = OfferTable(*map(np.array, columns), n_limited=1)
    free = Prices(0.0, np.zeros(2))
    plan = improved_plan(table, np.array([0, NONE], dtype=np.int16), free, None, np.array([1]))
    assert (plan.slot.tolist(), plan.profit) == ([1, 1], 14)


def test_a_better_offer_by_a_full_channel_replaces_the_one_before() -> None:
    table = OfferTable(*map(np.array, ([0, 0], [3, 5], [0, 0], [0, 0])), n_limited=1)
    free = Prices(0.0, np.zeros(2))
    plan = improved_plan(table, np.array([0], dtype=np.int16), free, None, np.array([1]))
    assert plan.profit == 5


def test_what_is_worth_least_gives_way_first() -> None:
    """One letter goes to whom it is worth 5; a budget of 2 to the offer that earns 10 for it."""
    free = Prices(0.0, np.zeros(2))
    letters = OfferTable(*map(np.array, ([0, 1], [3, 5], [0, 0], [0, 0])), n_limited=1)
    assert feasible_plan(letters, free, None, np.array([1])).profit == 5
    paid = OfferTable(*map(np.array, ([0, 1], [6, 10], [2, 2], [1, 1])), n_limited=1)
    assert feasible_plan(paid, free, 2, np.array([9])).profit == 10


def test_of_offers_worth_as_much_the_cheaper_one_is_tried_too() -> None:
    """At a price of 1 the offers of 4 and of 1 are worth the same; only the latter can be paid."""
    columns = ([0, 0, 0, 1], [8, 4, 5, 3], [4, 4, 1, 1], [0, 0, 0, 0])
    table = OfferTable(*map(np.array, columns), n_limited=0)
    prices, none = Prices(1.0, np.zeros(1)), np.array([], dtype=int)
    assert feasible_plan(table, prices, 1, none, raises=(0.0,)).profit == 3
    assert feasible_plan(table, prices, 1, none).profit == 5


@pytest.mark.parametrize("capacities", [{}, {"phone": 20, "email": 60}])
def test_more_budget_earns_more_but_each_time_less(capacities: dict[str, int]) -> None:
    offers, *_ = shop(7, customers=300)
    curve = BudgetPlan(120, capacities).fit(offers).curve_
    budget, profit, bound = (
        curve[name].to_numpy() for name in ("budget", "expected_incremental_profit", "profit_bound")
    )
    assert budget.tolist() == sorted(budget) and curve["is_plan_budget"].sum() == 1
    assert (np.diff(profit) >= 0).all() and (profit <= bound).all()
    assert (np.diff(curve["budget_shadow_price"]) <= 1e-6).all()
    # a chord between the two next budgets lies below the curve, but for the gap
    share = (budget[1:-1] - budget[:-2]) / (budget[2:] - budget[:-2])
    chord = (1 - share) * profit[:-2] + share * profit[2:]
    assert (profit[1:-1] >= chord - (bound - profit)[1:-1] - 1e-9).all()
    assert (bound - profit).max() < 0.02 * profit.max()
    # the price of the budget is the slope of what can be earned; the plan's own bound is tighter
    rest = curve[~curve["is_plan_budget"]]
    slope = np.diff(rest["profit_bound"]) / np.diff(rest["budget"])
    assert (slope <= rest["budget_shadow_price"][:-1] * 1.001 + 1e-3).all()
    assert (slope >= rest["budget_shadow_price"][1:] * 0.999 - 1e-3).all()


def test_with_more_budget_than_can_be_spent_everybody_gets_the_best_offer() -> None:
    offers, *_ = shop(3, customers=50)
    plan = BudgetPlan(10_000, {}).fit(offers)
    best = offers.groupby("customer_id")["expected_incremental_profit"].max().clip(lower=0)
    assert plan.plan_["expected_incremental_profit"] == pytest.approx(best.sum(), abs=1e-9)
    assert plan.plan_["budget_shadow_price"] == 0 and plan.plan_["method"] == "exact"


def test_plans_can_be_empty_and_say_so() -> None:
    offers, *_ = shop(3, customers=50)
    losing = offers.assign(expected_incremental_profit=-1.0)
    costly = offers.assign(expected_cost=1.0)
    closed = dict.fromkeys(CHANNELS, 0)
    for plan in (
        BudgetPlan(100).fit(losing),
        BudgetPlan(0).fit(costly),
        BudgetPlan(100, closed).fit(offers),
        BudgetPlan(100, {"phone": 5}, channels=CHANNELS).fit(offers[:0]),
        BudgetPlan(100, {"phone": 5}).fit(offers[:0]),
    ):
        assert not plan.chosen_.any()
        assert plan.plan_["method"] == "exact" and plan.plan_["expected_incremental_profit"] == 0
    # a closed channel has a price all the same: what its first contact would be worth
    assert BudgetPlan(100, closed).fit(offers).channels_["contact_shadow_price"].min() > 0


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("expected_cost", -1.5, "Offer 1 to the customer c0000 has the expected_cost -1.5, but"),
        ("expected_incremental_profit", None, "has the expected_incremental_profit nan, but"),
        ("offer_number", 2, "The offers must have each offer to a customer once."),
    ],
)
def test_an_illegal_offer_is_named(column: str, value: float, sentence: str) -> None:
    offers, *_ = shop(3, customers=5)
    offers = offers.astype({"expected_cost": float, "expected_incremental_profit": float})
    offers.loc[0, column] = value
    with pytest.raises(ValueError, match=sentence):
        BudgetPlan(5).fit(offers)


def test_illegal_settings_are_named() -> None:
    offers, *_ = shop(3, customers=5)
    for settings, sentence in (
        ({"budget": -1}, "plan_budget must be a number of at least 0, not -1"),
        ({"capacities": {"fax": 1}}, "channel fax, but the channels are: email, letter, phone"),
        ({"capacities": {"email": -1}}, "plan_capacities: email must be a whole number"),
        ({"capacities": ["email"]}, "plan_capacities must be a mapping of channels"),
        ({"exact_up_to": "all"}, "plan_exact_up_to must be a whole number"),
    ):
        with pytest.raises(ValueError, match=sentence):
            BudgetPlan(**{"budget": 5, "channels": CHANNELS, **settings}).fit(offers)


@pytest.fixture(scope="module")
def planned(build: Callable[..., Warehouse]) -> Warehouse:
    settings = {"plan_budget": 60, "plan_capacities": {"letter": 3}, "clv_model": "bg_nbd"}
    return build(settings, select=SELECTED, tests=False)


def test_the_plan_of_the_warehouse_is_that_of_the_library_and_beats_simple_policies(
    planned: Warehouse,
) -> None:
    columns = f"{', '.join(KEY)}, channel, expected_cost, expected_incremental_profit"
    rows = planned.query(f"select {columns} from intermediate.int_customer_offers order by all")
    offers = pd.DataFrame(rows, columns=columns.split(", ")).astype(
        {"expected_cost": float, "expected_incremental_profit": float}
    )
    plan = BudgetPlan(60, {"letter": 3}).fit(offers)
    made = planned.query(f"select {', '.join(KEY)} from marts.fct_budget_plan order by all")
    assert offers[plan.chosen_][KEY].to_numpy().tolist() == [list(row) for row in made]
    assert planned.query(
        "select channel, contacts, is_full from marts.fct_budget_channels where is_full"
    ) == [("letter", 3, True)]
    profits = dict(
        planned.query("select policy, profit_less_than_plan from marts.fct_budget_policies")
    )
    assert len(profits) == 8 and profits.pop("plan") == 0
    assert min(profits.values()) > 0


def test_an_unknown_channel_stops_the_build_with_the_channels_there_are(
    build: Callable[..., Warehouse], planned: Warehouse, run_dbt: Callable[..., Warehouse]
) -> None:
    command = ["run", "--select", "int_channel_capacities int_budget_solved"]
    failed = run_dbt(command, planned.path, {"plan_capacities": {"fax": 3}})
    assert not failed.success
    assert any("the channels are: email, letter, phone." in error for error in failed.errors)
