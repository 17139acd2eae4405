"""De Bruyn's purchases: a log of three columns builds as it is."""

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
