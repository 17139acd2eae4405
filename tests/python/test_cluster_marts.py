"""A shop that is too small for clusters is built all the same, and says why there are none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conftest import Warehouse

HEADER = "order_id,customer_id,ordered_at,product_id,quantity,unit_price\n"
MARTS = "+fct_cluster_segments fct_cluster_models fct_cluster_components"


def test_a_shop_of_two_kinds_of_customers_has_no_clusters_and_says_why(
    build: Callable[..., Warehouse], tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(
        HEADER
        + "".join(f"{number},c{number},2024-01-01,P1,1,5\n" for number in range(4))
        + "4,c4,2024-01-02,P1,1,9\n"
    )
    columns = {name: name for name in HEADER.strip().split(",")}
    warehouse = build({"order_lines_path": str(path), "order_lines_columns": columns}, select=MARTS)
    assert warehouse.query(
        """
        select cluster, cluster_name, pca_1, status, status_reason, count(*)
        from marts.fct_customer_clusters
        group by all
        """
    ) == [
        (
            None,
            None,
            None,
            "too_few_distinct_customers",
            "3 clusters need at least 3 customers who differ in behaviour; there are 2.",
            5,
        )
    ]
    for mart in ("profiles", "models", "components", "segments"):
        assert warehouse.value(f"select count(*) from marts.fct_cluster_{mart}") == 0
