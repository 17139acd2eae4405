"""The segments of a past day are those that a build on that day would have shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Warehouse

MARTS = ["segment_history", "rfm", "managerial_segments"]
MEASURES = [
    "customer_id",
    "recency_days",
    "order_count",
    "monetary_value",
    "mean_order_value",
    "first_order_age_days",
    "recency_score",
    "frequency_score",
    "monetary_score",
]


def kept_of(warehouse: Warehouse, day: str) -> list[tuple]:
    return warehouse.query(
        f"""
        select {", ".join(MEASURES)}, rfm_segment, managerial_segment
        from marts.fct_customer_segment_history
        where snapshot_date = '{day}'
        order by customer_id
        """
    )


@pytest.fixture(scope="module")
def build_history(build: Callable[..., Warehouse]) -> Callable[..., Warehouse]:
    def build_as_of(**settings) -> Warehouse:
        return build(
            settings,
            select=" ".join(f"+fct_customer_{mart}" for mart in MARTS),
            tests=False,
        )

    return build_as_of


@pytest.fixture(scope="module")
def kept(build_history: Callable[..., Warehouse]) -> Warehouse:
    return build_history()


@pytest.mark.parametrize("day", ["2023-12-31", "2024-08-31", "2025-11-30"])
def test_a_build_as_of_a_past_month_end_shows_what_the_history_has(
    day: str, kept: Warehouse, build_history: Callable[..., Warehouse]
) -> None:
    shown = build_history(as_of_date=day).query(
        f"""
        select
            {", ".join(f"rfm.{measure}" for measure in MEASURES)},
            rfm.segment,
            managerial.segment
        from marts.fct_customer_rfm as rfm
        inner join marts.fct_customer_managerial_segments as managerial using (customer_id)
        order by customer_id
        """
    )
    assert len(shown) > 20
    assert shown == kept_of(kept, day)


def test_any_day_can_be_asked_for(kept: Warehouse, build_history: Callable[..., Warehouse]) -> None:
    past = build_history(as_of_date="2025-06-17")
    days = past.query(
        """
        select snapshot_date::text, is_latest_snapshot
        from marts.fct_customer_segment_history
        where snapshot_date >= '2025-05-31'
        group by all
        order by all
        """
    )
    assert days == [("2025-05-31", False), ("2025-06-17", True)]
    assert kept_of(past, "2025-05-31") == kept_of(kept, "2025-05-31")
