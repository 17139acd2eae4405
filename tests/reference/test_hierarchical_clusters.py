"""De Bruyn's hierarchical clustering: Ward on every tenth customer, cut at nine.

Bruyn, A. de, "Foundations of marketing analytics" (ESSEC): purchases.txt, features recency,
frequency and the log of the mean amount, standardised over all 18,417 customers.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Warehouse, preset

Build = Callable[..., Warehouse]
SIZES = [49, 83, 130, 200, 212, 236, 306, 309, 317]


@pytest.fixture(scope="module")
def every_tenth(build: Build, reference_data: Path) -> Warehouse:
    return build(
        {
            **preset("purchases"),
            "order_lines_path": str(reference_data / "purchases.parquet"),
            "as_of_date": "2015-12-31",
            "hierarchical_features": ["recency_days", "order_count", "log mean_order_value"],
            "n_hierarchical_clusters": 9,
            "hierarchical_exact_up_to": 2000,
            "hierarchical_beyond": "sample",
        },
        select="+fct_customer_hierarchical_clusters +fct_hierarchical_cluster_models "
        "+fct_dendrogram_links",
        tests=False,
    )


def test_every_tenth_customer_is_in_a_cluster_of_the_published_size(every_tenth: Warehouse) -> None:
    sizes = every_tenth.query(
        """
        select count(*)
        from marts.fct_customer_hierarchical_clusters
        where is_in_sample
        group by cluster
        order by count(*)
        """
    )
    assert [size for (size,) in sizes] == SIZES


def test_the_other_customers_are_in_the_nine_clusters_too(every_tenth: Warehouse) -> None:
    assert every_tenth.query(
        """
        select count(*), count(distinct cluster), count(*) filter (where is_in_sample)
        from marts.fct_customer_hierarchical_clusters
        where status = 'ok'
        """
    ) == [(18_417, 9, 1_842)]
    assert every_tenth.query(
        "select cluster_count, method, leaf_count, agreement between 0 and 1 "
        "from marts.fct_hierarchical_cluster_models where is_chosen"
    ) == [(9, "sample", 1_842, True)]


def test_the_drawn_clusters_have_the_published_sizes(every_tenth: Warehouse) -> None:
    links = every_tenth.query(
        """
        select max(customers)
        from marts.fct_dendrogram_links
        where cluster is not null
        group by cluster
        order by max(customers)
        """
    )
    assert set(size for (size,) in links) <= set(SIZES)
    assert len(links) >= 7
