"""CDNOW: the published BG/NBD and Gamma-Gamma fits come out of the project's own SQL and Python.

Fader, Hardie & Lee (2005), "Counting your customers the easy way"; Fader & Hardie (2013), "The
Gamma-Gamma model of monetary value".
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from conftest import Warehouse, preset

from clientele.btyd_predictions import (
    BetaGeoParameters,
    expected_orders,
)


@pytest.fixture(scope="module")
def cdnow(
    build: Callable[..., Warehouse], reference_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Warehouse:
    path = tmp_path_factory.mktemp("cdnow") / "cdnow_sample.parquet"
    duckdb.execute(
        f"""
        copy (
            select sample_id as customer_id, date, quantity, amount
            from read_parquet('{reference_data}/cdnow_master.parquet')
            where in_sample
            order by sample_id, date, amount, quantity
        ) to '{path}'
        """
    )
    # what is published is the textbook, whoever wins the backtest
    settings = {**preset("cdnow"), "as_of_date": "1997-09-30", "clv_model": "bg_nbd"}
    return build({**settings, "order_lines_path": str(path)})


def test_summary_has_the_published_customers_and_repeats(cdnow: Warehouse) -> None:
    assert cdnow.query(
        """
        select count(*), sum(repeat_order_days), count(*) filter (where mean_repeat_spend > 0)
        from intermediate.int_btyd_summary
        """
    ) == [(2_357, 2_457, 946)]


def estimates_of_champions(cdnow: Warehouse) -> dict[str, float]:
    return dict(
        cdnow.query(
            """
            select parameter, estimate
            from marts.fct_clv_parameters
            inner join marts.fct_clv_models using (model)
            where not is_challenger
            """
        )
    )


def test_parameters_are_as_published(cdnow: Warehouse) -> None:
    assert estimates_of_champions(cdnow) == {
        "r": pytest.approx(0.2426, rel=1e-3),
        "alpha": pytest.approx(4.4136, rel=1e-3),
        "a": pytest.approx(0.7929, rel=1e-3),
        "b": pytest.approx(2.4259, rel=1e-3),
        "p": pytest.approx(6.25, rel=1e-3),
        "q": pytest.approx(3.74, rel=2e-3),
        "v": pytest.approx(15.44, rel=1e-3),
    }


def test_standard_errors_are_as_published(cdnow: Warehouse) -> None:
    errors = dict(
        cdnow.query(
            "select parameter, standard_error from marts.fct_clv_parameters where model = 'bg_nbd'"
        )
    )
    assert errors == {
        "r": pytest.approx(0.0126, rel=5e-3),
        "alpha": pytest.approx(0.3782, rel=5e-3),
        "a": pytest.approx(0.1857, rel=5e-3),
        "b": pytest.approx(0.7053, rel=5e-3),
    }


def test_log_likelihood_is_as_published(cdnow: Warehouse) -> None:
    assert cdnow.value(
        "select log_likelihood from marts.fct_clv_models where model = 'bg_nbd'"
    ) == pytest.approx(-9582.43, abs=0.01)


@pytest.fixture(scope="module")
def parameters(cdnow: Warehouse) -> dict[str, float]:
    return estimates_of_champions(cdnow)


def test_expected_orders_of_a_new_customer_are_as_published(cdnow: Warehouse) -> None:
    """By day: .1429, 1, 3, 31.86, 32 and 78 weeks after the first order."""
    expected = dict(
        cdnow.query(
            """
            select days_since_first_order, expected_repeat_orders
            from marts.fct_new_customer_expectations
            """
        )
    )
    published = {1: 0.0078, 7: 0.0532, 21: 0.1506, 223: 1.0405, 224: 1.0437, 546: 1.858}
    assert {day: expected[day] for day in published} == pytest.approx(published, rel=1e-3, abs=5e-5)


def test_expected_orders_of_a_known_customer_are_as_published(
    parameters: dict[str, float],
) -> None:
    bg_nbd = BetaGeoParameters(*(parameters[name] for name in ("r", "alpha", "a", "b")))
    summary = pd.DataFrame(
        {
            "repeat_order_days": [2],
            "age_at_last_order_days": [30.43 * 7],
            "customer_age_days": [38.86 * 7],
        }
    )
    assert float(expected_orders(bg_nbd, summary, 39 * 7)[0]) == pytest.approx(1.226, abs=5e-4)


def test_expected_spend_of_the_first_customers_is_as_published(cdnow: Warehouse) -> None:
    spends = cdnow.query(
        """
        select expected_order_value
        from marts.fct_customer_lifetime_value
        order by cast(customer_id as int)
        limit 6
        """
    )
    assert [row[0] for row in spends] == pytest.approx(
        [24.66, 18.91, 35.17, 35.17, 35.17, 71.46], abs=0.01
    )


def test_the_challenger_is_as_the_library_documents_it(cdnow: Warehouse) -> None:
    estimates = dict(
        cdnow.query(
            "select parameter, estimate from marts.fct_clv_parameters where model = 'mbg_nbd'"
        )
    )
    assert estimates == {
        "r": pytest.approx(0.525, rel=2e-3),
        "alpha": pytest.approx(6.183, rel=2e-3),
        "a": pytest.approx(0.891, rel=2e-3),
        "b": pytest.approx(1.614, rel=2e-3),
    }


def test_the_first_customer_is_scored_by_the_published_formulas(cdnow: Warehouse) -> None:
    """Customer 1 has x 2, t_x 30.43, T 38.86 and m 22.35 (Gamma-Gamma note: E[M] 24.66).

    P(alive) and the chance to buy by the published parameters and formulas, worked by hand:
    2.2426 ln(43.2736 / 34.8436) + ln(0.7929 / 3.4259) = -0.9775, so P(alive) = 0.7266; 1 less
    (43.2736 / 69.2736)^2.2426 = 0.6519, times P(alive) = 0.4737.
    """
    alive, buys, orders, clv, spend = cdnow.query(
        """
        select
            probability_alive, purchase_probability_26w, expected_orders_26w, clv_6m,
            expected_order_value
        from marts.fct_customer_lifetime_value
        order by cast(customer_id as int)
        limit 1
        """
    )[0]
    assert alive == pytest.approx(0.7266, abs=1e-3)
    assert buys == pytest.approx(0.4737, abs=1e-3)
    assert spend == pytest.approx(24.66, abs=0.01)
    # six months from 30 September are 181 days; the first is discounted least, the last most
    assert orders * spend / 1.1**0.5 < clv < orders * spend / 1.1 ** (1 / 12)


def test_expected_orders_of_the_coming_year_are_those_of_the_paper(cdnow: Warehouse) -> None:
    """The paper's customer, E[Y(39) | 2, 30.43, 38.86] = 1.226, lies between two horizons."""
    shorter, longer = cdnow.query(
        """
        select expected_orders_26w, expected_orders_52w
        from marts.fct_customer_lifetime_value
        inner join intermediate.int_btyd_summary using (customer_id)
        where repeat_order_days = 2 and age_at_last_order_days = 213 and customer_age_days = 272
        limit 1
        """
    )[0]
    assert shorter < 1.226 < longer
