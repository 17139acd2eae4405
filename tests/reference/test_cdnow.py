"""CDNOW: the published BG/NBD and Gamma-Gamma fits come out of the project's own SQL and Python.

Fader, Hardie & Lee (2005), "Counting your customers the easy way"; Fader & Hardie (2013), "The
Gamma-Gamma model of monetary value".
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from conftest import Warehouse, preset


@pytest.fixture(scope="module")
def cdnow(
    build: Callable[..., Warehouse], reference_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Warehouse:
    path = tmp_path_factory.mktemp("cdnow") / "cdnow_sample.parquet"
    duckdb.execute(
        f"""
        copy (
            select customer_id, date, quantity, amount
            from read_parquet('{reference_data}/cdnow_master.parquet')
            where in_sample
            order by customer_id, date, amount, quantity
        ) to '{path}'
        """
    )
    return build(
        {**preset("cdnow"), "order_lines_path": str(path), "as_of_date": "1997-09-30"}
    )


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
