"""De Bruyn's purchases: a log of three columns builds as it is, with the published segments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Warehouse, preset


@pytest.fixture(scope="module")
def purchases(build: Callable[..., Warehouse], reference_data: Path) -> Warehouse:
    return build(
        {**preset("purchases"), "order_lines_path": str(reference_data / "purchases.parquet")}
    )


def test_three_columns_build_with_every_purchase_kept(purchases: Warehouse) -> None:
    lines, customers, revenue = purchases.query(
        """
        select count(*), count(distinct customer_id), sum(net_revenue)
        from marts.fct_order_lines
        """
    )[0]
    assert (lines, customers) == (51_243, 18_417)
    assert float(revenue) == pytest.approx(3_194_344.90, rel=1e-6)
    assert purchases.value("select count(*) from marts.fct_rejected_order_lines") == 0


def test_managerial_segments_of_2015_are_as_published(purchases: Warehouse) -> None:
    published = {
        "inactive": 9158,
        "cold": 1903,
        "warm_high_value": 119,
        "warm_low_value": 901,
        "new_warm": 938,
        "active_high_value": 573,
        "active_low_value": 3313,
        "new_active": 1512,
    }
    profiles = "select segment, customers from marts.fct_segment_profiles"
    assert dict(purchases.query(f"{profiles} where segmentation = 'managerial'")) == published
    assert year_2015(purchases, "customers", "end") == published


def year_2015(purchases: Warehouse, measure: str, segment_timing: str) -> dict:
    return dict(
        purchases.query(
            f"""
            select segment, {measure}
            from marts.fct_segment_revenue
            where
                segmentation = 'managerial'
                and migration_months = 12
                and segment_timing = '{segment_timing}'
                and end_date = '2015-12-31'
            """
        )
    )


def test_revenue_of_2015_by_segment_is_as_published(purchases: Warehouse) -> None:
    revenue = year_2015(purchases, "monetary_value_per_customer", "end")
    published = dict.fromkeys(revenue, 0) | {
        "active_high_value": 323.56894,
        "active_low_value": 52.30604,
        "new_active": 79.16614,
    }
    assert revenue == pytest.approx(published, rel=1e-6, abs=1e-9)


def test_revenue_of_2015_by_segment_of_2014_is_as_published(purchases: Warehouse) -> None:
    forward = year_2015(purchases, "monetary_value_per_customer", "start")
    for segment, published in {
        "active_high_value": 254.077895,
        "new_active": 31.046625,
        "inactive": 2.949466,
    }.items():
        assert forward[segment] == pytest.approx(published, rel=1e-6)


def test_the_history_of_2014_has_the_customers_of_2014(purchases: Warehouse) -> None:
    # counted in the file by hand: purchases up to 2014-12-31, days from 2015-01-01
    customers = year_2015(purchases, "customers", "start")
    assert customers == {
        "inactive": 7512,
        "cold": 2153,
        "warm_high_value": 111,
        "warm_low_value": 956,
        "new_warm": 1250,
        "active_high_value": 475,
        "active_low_value": 3011,
        "new_active": 1437,
        "not_yet_a_customer": 1512,
    }
