"""De Bruyn's purchases: a log of three columns builds as it is, with the published segments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Warehouse, preset


def test_three_columns_build_with_every_purchase_kept(
    build: Callable[..., Warehouse], reference_data: Path
) -> None:
    warehouse = build(
        {**preset("purchases"), "order_lines_path": str(reference_data / "purchases.parquet")}
    )
    lines, customers, revenue = warehouse.query(
        """
        select count(*), count(distinct customer_id), sum(net_revenue)
        from marts.fct_order_lines
        """
    )[0]
    assert (lines, customers) == (51_243, 18_417)
    assert float(revenue) == pytest.approx(3_194_344.90, rel=1e-6)
    assert warehouse.value("select count(*) from marts.fct_rejected_order_lines") == 0


def test_managerial_segments_of_2015_are_as_published(
    build: Callable[..., Warehouse], reference_data: Path
) -> None:
    warehouse = build(
        {
            **preset("purchases"),
            "order_lines_path": str(reference_data / "purchases.parquet"),
            "as_of_date": "2015-12-31",
        },
        select="+fct_segment_profiles",
    )
    segments = warehouse.query(
        """
        select segment, customers
        from marts.fct_segment_profiles
        where segmentation = 'managerial'
        """
    )
    assert dict(segments) == {
        "inactive": 9158,
        "cold": 1903,
        "warm_high_value": 119,
        "warm_low_value": 901,
        "new_warm": 938,
        "active_high_value": 573,
        "active_low_value": 3313,
        "new_active": 1512,
    }
