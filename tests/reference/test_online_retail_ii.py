"""Online Retail II: the published counts and sums come out of the marts by setting vars."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from btyd_oracles import order_quantiles
from conftest import Warehouse, preset

from clientele.lifetime_value import BetaGeoModel

# The published figures of 2010-2011 are those of the original Online Retail, which lacks the last
# line of Online Retail II (invoice 581587, postage, 18.00).
FIRST_ROW, LAST_ROW = 525_461, 1_067_369

CLEANED = {
    **preset("online_retail_ii"),
    "missing_customer_policy": "reject",
    "cancellation_policy": "reject",
    "non_product_policy": "count_all",
}


@pytest.fixture(scope="module")
def sheet_2010_2011(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sheet") / "sheet_2010_2011.parquet"
    duckdb.execute(
        f"""
        copy (
            select * exclude (file_row_number)
            from read_parquet('{reference_data}/online_retail_ii.parquet', file_row_number = true)
            where file_row_number between {FIRST_ROW} and {LAST_ROW}
            order by file_row_number
        ) to '{path}'
        """
    )
    return path


@pytest.fixture(scope="module")
def cleaned_sheet(build: Callable[..., Warehouse], sheet_2010_2011: Path) -> Warehouse:
    return build(
        {**CLEANED, "order_lines_path": str(sheet_2010_2011)}, select="+fct_cohort_periods"
    )


def test_cleaned_sheet_has_the_published_lines_invoices_customers_and_revenue(
    cleaned_sheet: Warehouse,
) -> None:
    assert cleaned_sheet.query(
        """
        select sum(sale_line_count), count(*), count(distinct customer_id), sum(net_revenue)
        from marts.fct_orders
        """
    )[0][:3] == (392_692, 18_532, 4_338)
    revenue = cleaned_sheet.value("select sum(net_revenue) from marts.fct_orders")
    assert float(revenue) == pytest.approx(8_887_208.894, rel=1e-6)


def test_cohort_of_december_2010_returns_as_published(cleaned_sheet: Warehouse) -> None:
    retained = cleaned_sheet.query(
        """
        select active_customers
        from marts.fct_cohort_periods
        where cohort_start_date = '2010-12-01'
        order by period_number
        """
    )
    assert [row[0] for row in retained] == [
        885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235,
    ]  # fmt: skip


def test_both_sheets_cleaned_have_the_published_totals_from_parquet_and_csv(
    build: Callable[..., Warehouse], reference_data: Path
) -> None:
    totals = []
    for name in ("online_retail_ii.parquet", "online_retail_ii.csv.gz"):
        warehouse = build(
            {**CLEANED, "order_lines_path": str(reference_data / name)}, select="+fct_orders"
        )
        totals += warehouse.query(
            """
            select sum(sale_line_count), count(*), count(distinct customer_id), sum(net_revenue)
            from marts.fct_orders
            """
        )
    assert totals[0] == totals[1]
    lines, invoices, customers, revenue = totals[0]
    assert (lines, invoices, customers) == (779_425, 36_969, 5_878)
    assert float(revenue) == pytest.approx(17_374_804.27, rel=1e-6)


def test_rfm_segments_of_the_capped_sheet_are_as_published(
    build: Callable[..., Warehouse], sheet_2010_2011: Path
) -> None:
    warehouse = build(
        {
            **CLEANED,
            "order_lines_path": str(sheet_2010_2011),
            "duplicate_policy": "keep",
            "outlier_policy": "quantile",
            "monetary_basis": "gross",
            "as_of_date": "2011-12-10",
        },
        select="+fct_segment_profiles",
    )
    assert warehouse.query(
        "select quantity_upper_limit, unit_price_upper_limit from intermediate.int_outlier_limits"
    ) == [(pytest.approx(298.5, rel=1e-6), pytest.approx(37.06, rel=1e-6))]
    assert dict(
        warehouse.query(
            "select segment, customers from marts.fct_segment_profiles where segmentation = 'rfm'"
        )
    ) == {
        "champions": 633,
        "loyal_customers": 819,
        "hibernating": 1071,
        "at_risk": 593,
        "potential_loyalists": 484,
        "about_to_sleep": 352,
        "need_attention": 187,
        "promising": 94,
        "cant_lose": 63,
        "new_customers": 42,
    }


def test_three_clusters_are_the_churned_the_casual_and_the_top_customers(
    build: Callable[..., Warehouse], reference_data: Path
) -> None:
    warehouse = build(
        {
            **preset("online_retail_ii"),
            "order_lines_path": str(reference_data / "online_retail_ii.parquet"),
            "n_clusters": 3,
        },
        select="+fct_cluster_profiles",
        tests=False,
    )
    profiles = warehouse.query(
        """
        select cluster_name, median_recency_days, median_order_count, round(monetary_share, 1)
        from marts.fct_cluster_profiles
        where clustering = 'k_means'
        order by cluster
        """
    )
    names, recency, orders, shares = zip(*profiles, strict=True)
    assert names == ("top", "casual", "churned")
    assert list(recency) == sorted(recency)
    assert list(orders) == sorted(orders, reverse=True)
    assert shares == (0.7, 0.2, 0.1)


def test_bounds_of_orders_hold_more_customers_than_they_promise(
    build: Callable[..., Warehouse], reference_data: Path
) -> None:
    """Bounds of 80 %, by the textbook as of 10 June 2011, against the 26 weeks after it."""
    settings = {
        **preset("online_retail_ii"),
        "order_lines_path": str(reference_data / "online_retail_ii.parquet"),
    }
    warehouse = build(settings, select="+int_backtest_histories", tests=False)
    with duckdb.connect(str(warehouse.path), read_only=True) as connection:
        histories = connection.sql(
            "from intermediate.int_backtest_histories where history_date = '2011-06-10'"
        ).df()
    textbook = BetaGeoModel().fit(histories)
    lower, upper = order_quantiles(textbook.parameters_, histories, 182, (0.1, 0.9)).T
    held = histories["later_order_days"].between(lower, upper)
    assert len(held) == 4_951
    assert held.mean() == pytest.approx(0.939, abs=1e-3)
