"""Score every customer with the fitted lifetime-value models."""

import pyarrow

from clientele.checks import real_number
from clientele.lifetime_value import score_customers

SCHEMA = pyarrow.schema(
    {
        "customer_id": pyarrow.string(),
        "expected_orders_26w": pyarrow.float64(),
        "probability_alive": pyarrow.float64(),
        "purchase_probability_26w": pyarrow.float64(),
        "expected_order_value": pyarrow.float64(),
        "clv_6m": pyarrow.float64(),
        "status": pyarrow.string(),
        "status_reason": pyarrow.string(),
    }
)


def model(dbt, session):
    """Return one row per customer with a purchase day."""
    dbt.config(materialized="table")
    annual_discount_rate = real_number(
        "clv_annual_discount_rate", dbt.config.meta_get("clv_annual_discount_rate"), at_least=0
    )
    as_of = dbt.ref("int_as_of_date").project("as_of_date").fetchall()
    scores = score_customers(
        summary=dbt.ref("int_btyd_summary").order("customer_id").df(),
        fitted_models=dbt.ref("int_clv_models_fitted").df(),
        as_of_date=as_of[0][0] if as_of else None,
        annual_discount_rate=annual_discount_rate,
        horizon_days=26 * 7,
        months=6,
    )
    scores = scores.rename(
        columns={
            "expected_orders": "expected_orders_26w",
            "purchase_probability": "purchase_probability_26w",
            "customer_lifetime_value": "clv_6m",
        }
    )
    return pyarrow.Table.from_pandas(scores, schema=SCHEMA, preserve_index=False)
