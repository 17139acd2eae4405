"""A shop that is too small for clusters is built all the same, and says why there are none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Warehouse

HEADER = "order_id,customer_id,ordered_at,product_id,quantity,unit_price\n"
MARTS = (
    "+fct_cluster_segments fct_cluster_models fct_cluster_components "
    "fct_hierarchical_cluster_models fct_dendrogram_links fct_dendrogram_leaves "
    "+fct_customer_attribute_clusters +fct_segment_movements +fct_segment_revenue "
    "+fct_customer_simple_cltv"
)
ONE = "1,c1,2024-01-01,P1,1,5\n"
SHOPS = {
    "one customer": (ONE, "3 clusters need at least 3 customers; there is 1."),
    "two customers": (
        f"{ONE}2,c2,2024-02-01,P1,1,9\n",
        "3 clusters need at least 3 customers; there are 2.",
    ),
    "all customers alike": (
        "".join(f"{number},c{number},2024-01-01,P1,1,5\n" for number in range(5)),
        "3 clusters need at least 3 customers who differ in behaviour; there is 1.",
    ),
    "two kinds of customers": (
        "".join(f"{number},c{number},2024-01-01,P1,1,5\n" for number in range(4))
        + "4,c4,2024-01-02,P1,1,9\n",
        "3 clusters need at least 3 customers who differ in behaviour; there are 2.",
    ),
}


@pytest.mark.parametrize("shop", SHOPS)
def test_a_shop_that_is_too_small_has_no_clusters_and_says_why(
    shop: str, build: Callable[..., Warehouse], tmp_path: Path
) -> None:
    lines, reason = SHOPS[shop]
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + lines)
    columns = {name: name for name in HEADER.strip().split(",")}
    warehouse = build({"order_lines_path": str(path), "order_lines_columns": columns}, select=MARTS)
    customers = lines.count("\n")
    for clustering in ("clusters", "hierarchical_clusters"):
        assert warehouse.query(
            f"""
            select cluster, cluster_name, status_reason, count(*)
            from marts.fct_customer_{clustering}
            group by all
            """
        ) == [(None, None, reason, customers)]
    for mart in ("cluster_profiles", "cluster_models", "cluster_components", "cluster_segments"):
        assert warehouse.value(f"select count(*) from marts.fct_{mart}") == 0
    assert warehouse.query(
        "select is_chosen, status_reason from marts.fct_hierarchical_cluster_models"
    ) == [(False, reason)]
    assert warehouse.query(
        "select cluster, status, count(*) from marts.fct_customer_attribute_clusters group by all"
    ) == [(None, "no_attributes", customers)]
    closing = """
        select sum(closing_customers)
        from marts.fct_segment_movements
        where segmentation = 'rfm' and month_start_date = (
            select max(month_start_date) from marts.fct_segment_movements
        )
    """
    assert warehouse.value(closing) == customers
