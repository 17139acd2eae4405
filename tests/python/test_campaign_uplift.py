"""A campaign that spared the control group has the uplift that was planted, another one none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import Warehouse

HOLDOUT_SHARE = 0.4
# In the meaning of expected_uplift: odds times (0.5 + 0.1) / (0.5 - 0.1) = 1.5.
UPLIFT_AT_EVEN_ODDS = 0.1
ORDER_COLUMNS = ["order_id", "customer_id", "ordered_at", "unit_price"]


def is_holdout(customer: str, random_state: int = 42) -> bool:
    """Whether chance puts the customer into the control group, as the macro hashed_share has it."""
    digits = hashlib.md5(f"{customer}+{random_state}".encode()).hexdigest()[:8]
    return int(digits, 16) / 2**32 < HOLDOUT_SHARE


def lifted(probability: float) -> float:
    """Probability of an order of somebody who was contacted."""
    odds = probability / (1 - probability) * (0.5 + UPLIFT_AT_EVEN_ODDS)
    return odds / (odds + 0.5 - UPLIFT_AT_EVEN_ODDS)


@pytest.fixture(scope="module")
def planted() -> dict[str, list]:
    """Orders, messages, and what was planted: good customers are contacted far more than others."""
    random = np.random.default_rng(7)
    orders, touches, gains, contacted_bought, others_bought = [], [], [], [], []
    for number in range(4000):
        customer, is_good = f"c{number:04d}", number % 2 == 0
        days = ["2024-01-05", "2024-01-25"] if is_good else ["2023-10-05"]
        probability = 0.5 if is_good else 0.1
        is_contacted = not is_holdout(customer) and random.random() < (0.9 if is_good else 0.3)
        if is_contacted:
            touches.append([customer, "spared", "2024-02-10"])
            gains.append(lifted(probability) - probability)
        if number % 3 == 0:
            touches.append([customer, "careless", "2024-02-10"])
        has_bought = random.random() < (lifted(probability) if is_contacted else probability)
        (contacted_bought if is_contacted else others_bought).append(has_bought)
        if has_bought:
            days.append(f"2024-02-{random.integers(11, 29)}")
        orders += [[customer, day, round(random.uniform(5, 50), 2)] for day in days]
    orders.append(["last", "2024-04-01", 10])
    naive = np.mean(contacted_bought) - np.mean(others_bought)
    return {"orders": orders, "touches": touches, "uplift": np.mean(gains), "naive": naive}


@pytest.fixture(scope="module")
def shop(
    build: Callable[..., Warehouse], planted: dict, tmp_path_factory: pytest.TempPathFactory
) -> Warehouse:
    folder: Path = tmp_path_factory.mktemp("shop")
    lines = [",".join(ORDER_COLUMNS)]
    lines += [",".join(map(str, [number, *row])) for number, row in enumerate(planted["orders"])]
    (folder / "order_lines.csv").write_text("\n".join(lines) + "\n")
    lines = ["customer_id,campaign,sent_at", *(",".join(row) for row in planted["touches"])]
    (folder / "campaign_touches.csv").write_text("\n".join(lines) + "\n")
    settings = {
        "order_lines_path": str(folder / "order_lines.csv"),
        "order_lines_columns": {name: name for name in ORDER_COLUMNS},
        "campaign_touches_columns": {name: name for name in ["customer_id", "campaign", "sent_at"]},
        "holdout_share": HOLDOUT_SHARE,
    }
    return build(settings, select="+fct_campaign_uplift", tests=False)


def test_the_planted_uplift_is_found(shop: Warehouse, planted: dict) -> None:
    uplift, lower, upper, at_even_odds, assigned, assigned_error = shop.query(
        """
        select
            uplift, uplift_lower, uplift_upper, measured_uplift_at_even_odds,
            uplift_by_assignment, uplift_by_assignment_standard_error
        from marts.fct_campaign_uplift
        where campaign = 'spared' and is_experiment and measured_share = 1
        """
    )[0]
    assert 0 < lower < planted["uplift"] < upper
    assert abs(assigned - planted["uplift"]) < 2 * assigned_error
    assert at_even_odds == pytest.approx(UPLIFT_AT_EVEN_ODDS, abs=0.04)
    # whoever compares contacted customers with all others takes the choice for the effect
    assert planted["naive"] > 1.5 * upper
    assert uplift == pytest.approx(planted["uplift"], abs=upper - uplift)


def test_a_campaign_that_spared_nobody_has_no_uplift(shop: Warehouse) -> None:
    assert shop.query(
        """
        select status, is_experiment, uplift, uplift_by_assignment
        from marts.fct_campaign_uplift
        where campaign = 'careless'
        """
    ) == [("holdout_was_contacted", False, None, None)]
