"""Customer Personality Analysis: the figures of one row per customer, without any order lines.

Published on Kaggle as "Customer Personality Analysis", provided by Omar Romero-Hernandez.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Warehouse, preset

Build = Callable[..., Warehouse]
READING = "+fct_rejected_source_rows +int_customer_attributes +fct_summary_totals"


def settings(reference_data: Path) -> dict[str, object]:
    """Vars of the preset with the file in its place."""
    path = str(reference_data / "marketing_campaign.csv")
    return {**preset("customer_summaries"), "customer_summaries_path": path}


@pytest.fixture(scope="module")
def personality(build: Build, reference_data: Path) -> Warehouse:
    return build(settings(reference_data))


def totals(warehouse: Warehouse, kind: str) -> dict[str, int]:
    """Sum of a kind of measure per member."""
    rows = warehouse.query(
        f"""
        select member, cast(total_value as int)
        from marts.fct_summary_totals
        where measure_kind = '{kind}'
        """
    )
    return dict(rows)


def test_customers_visits_and_complaints_are_as_published(personality: Warehouse) -> None:
    assert personality.query(
        """
        select
            count(*),
            count(distinct customer_id),
            sum(web_visit_count),
            count(*) filter (where has_complained),
            cast(min(joined_date) as varchar),
            cast(max(joined_date) as varchar)
        from intermediate.int_customer_summaries_checked
        where row_problem is null
        """
    ) == [(2_240, 2_240, 11_909, 21, "2012-07-30", "2014-06-29")]


def test_money_orders_and_responses_are_as_published(personality: Warehouse) -> None:
    assert sum(totals(personality, "spend").values()) == 1_356_988
    assert totals(personality, "purchases") == {"store": 12_970, "web": 9_150, "catalog": 5_963}
    assert totals(personality, "response") == {
        "campaign_1": 144,
        "campaign_2": 30,
        "campaign_3": 163,
        "campaign_4": 167,
        "campaign_5": 163,
        "campaign_6": 334,
    }


def test_channels_share_the_purchases(personality: Warehouse) -> None:
    shares = dict(
        personality.query(
            "select member, share_of_kind from marts.fct_summary_totals "
            "where measure_kind = 'purchases'"
        )
    )
    assert shares == pytest.approx(
        {"store": 12_970 / 28_083, "web": 9_150 / 28_083, "catalog": 5_963 / 28_083}
    )


def test_responses_are_told_by_campaign_and_attribute(personality: Warehouse) -> None:
    assert personality.query(
        """
        select campaign, contacted_customers, responding_customers, round(response_rate, 6)
        from marts.fct_campaign_conversion
        where dimension = 'all' and campaign in ('campaign_1', 'campaign_6')
        order by campaign
        """
    ) == [("campaign_1", 2_240, 144, 0.064286), ("campaign_6", 2_240, 334, 0.149107)]
    assert personality.query(
        """
        select member, responding_customers, contacted_customers
        from marts.fct_campaign_conversion
        where dimension = 'education' and campaign = 'campaign_6'
        order by response_rate desc
        """
    ) == [
        ("PhD", 101, 486),
        ("Master", 57, 370),
        ("Graduation", 152, 1_127),
        ("2n Cycle", 22, 203),
        ("Basic", 2, 54),
    ]


def test_attributes_are_as_published(personality: Warehouse) -> None:
    assert personality.query(
        """
        select count(*), max(number_value)
        from intermediate.int_customer_attributes
        where attribute = 'income'
        """
    ) == [(2_240 - 24, 666_666.0)]
    assert (
        personality.value(
            """
        select min(number_value)
        from intermediate.int_customer_attributes
        where attribute = 'birth_year'
        """
        )
        == 1893.0
    )
    assert (
        personality.value(
            """
            select count(*)
            from intermediate.int_customer_attributes
            where attribute = 'marital_status' and text_value in ('Alone', 'Absurd', 'YOLO')
            """
        )
        == 3 + 2 + 2
    )


def test_marts_of_orders_are_there_and_empty(personality: Warehouse) -> None:
    for mart in ("fct_orders", "fct_customer_rfm", "fct_customer_lifetime_value", "fct_insights"):
        assert personality.value(f"select count(*) from marts.{mart}") == 0
    assert personality.query(
        "select count(*), sum(order_count), count(joined_date), count(income) "
        "from marts.dim_customers"
    ) == [(2_240, 0, 2_240, 2_240 - 24)]


def test_clusters_tell_childless_affluence_from_families_with_small_incomes(
    personality: Warehouse,
) -> None:
    profiles = personality.query(
        """
        select
            cluster,
            max(cluster_customers),
            max(cluster_value) filter (where variable = 'income'),
            max(cluster_value) filter (where variable = 'kids_at_home'),
            max(cluster_value) filter (where variable = 'teens_at_home'),
            max(cluster_value) filter (where variable = 'monetary_value')
        from marts.fct_attribute_cluster_profiles
        where level is null
        group by cluster
        order by cluster
        """
    )
    assert len(profiles) == 3
    affluent, with_teens, with_kids = profiles
    assert affluent[1] + with_teens[1] + with_kids[1] == 2_240
    assert affluent[2] > 70_000 > 60_000 > with_teens[2] > 50_000 > 40_000 > with_kids[2]
    assert max(affluent[3], affluent[4]) < 0.2
    assert with_teens[4] > 0.9
    assert with_kids[3] > 0.8
    assert affluent[5] > 1_000 > 100 > with_kids[5]


def test_customers_that_repeat_another_one_can_be_dropped(
    build: Build, reference_data: Path
) -> None:
    warehouse = build(
        {**settings(reference_data), "customer_summaries_duplicates": "drop"},
        select=READING,
        tests=False,
    )
    assert warehouse.query(
        """
        select row_problem, count(*)
        from intermediate.int_customer_summaries_checked
        group by row_problem
        order by row_problem nulls first
        """
    ) == [(None, 2_058), ("duplicate_but_id", 182)]
    assert totals(warehouse, "spend")["wines"] == 625_471
