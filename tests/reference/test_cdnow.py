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
    expected_orders_of_new_customer,
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
    return build({**preset("cdnow"), "order_lines_path": str(path), "as_of_date": "1997-09-30"})


def test_summary_has_the_published_customers_and_repeats(cdnow: Warehouse) -> None:
    assert cdnow.query(
        """
        select count(*), sum(repeat_order_days), count(*) filter (where mean_repeat_spend > 0)
        from intermediate.int_btyd_summary
        """
    ) == [(2_357, 2_457, 946)]


def test_parameters_are_as_published(cdnow: Warehouse) -> None:
    estimates = dict(cdnow.query("select parameter, estimate from marts.fct_clv_parameters"))
    assert estimates == {
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
    return dict(cdnow.query("select parameter, estimate from marts.fct_clv_parameters"))


def test_expected_orders_of_a_new_customer_are_as_published(parameters: dict[str, float]) -> None:
    bg_nbd = BetaGeoParameters(*(parameters[name] for name in ("r", "alpha", "a", "b")))
    weeks = {0.1429: 0.0078, 1: 0.0532, 3: 0.1506, 31.86: 1.0405, 32: 1.0437, 78: 1.858}
    expected = [float(expected_orders_of_new_customer(bg_nbd, 7 * week)) for week in weeks]
    assert expected == pytest.approx(list(weeks.values()), rel=1e-3, abs=5e-5)


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
