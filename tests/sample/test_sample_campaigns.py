"""The generator of the sample spares whom the warehouse has in its control group."""

from __future__ import annotations

from conftest import Warehouse


def test_the_last_two_campaigns_of_the_sample_are_experiments(sample: Warehouse) -> None:
    campaigns = sample.query(
        """
        select campaign, is_experiment, contacted_holdout_customers = 0, control_customers
        from marts.fct_campaign_uplift
        order by first_sent_date
        """
    )
    assert campaigns[-2:] == [
        ("summer_2025_07", True, True, 38),
        ("autumn_2025_08", True, True, 40),
    ]
    assert not any(is_experiment for _, is_experiment, _, _ in campaigns[:-2])
