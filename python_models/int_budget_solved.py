"""Choose whom to contact with which offer under the budget, and under other budgets."""

import pandas as pd
import pyarrow

from clientele.budget_plan import BudgetPlan
from clientele.model_tables import settings_of, stacked_parts

SCHEMA = pyarrow.schema(
    {
        "part_key": pyarrow.string(),
        "part": pyarrow.string(),
        "customer_id": pyarrow.string(),
        "customer_offer_key": pyarrow.string(),
        "channel": pyarrow.string(),
        "most_contacts": pyarrow.int64(),
        "contact_shadow_price": pyarrow.float64(),
        "budget": pyarrow.float64(),
        "is_plan_budget": pyarrow.bool_(),
        "contacts": pyarrow.int64(),
        "expected_cost": pyarrow.float64(),
        "expected_incremental_profit": pyarrow.float64(),
        "profit_bound": pyarrow.float64(),
        "budget_shadow_price": pyarrow.float64(),
        "profitable_offers": pyarrow.int64(),
        "method": pyarrow.string(),
    }
)


def model(dbt, session):
    """Return one row per customer chosen, budget of the curve and channel, and one for the plan."""
    dbt.config(materialized="table")
    offers = dbt.ref("int_customer_offers").project(
        "customer_offer_key, customer_id, offer_number, channel, "
        "cast(expected_cost as double) as expected_cost, "
        "cast(expected_incremental_profit as double) as expected_incremental_profit"
    )
    # texts stay in Arrow, or become numbers: as Python objects they would take most of the memory
    offers = offers.order("customer_id, offer_number").to_arrow_table()
    frame = pd.DataFrame(
        {
            name: (
                offers[name].dictionary_encode() if name in ("customer_id", "channel") else column
            ).to_pandas()
            for name, column in zip(offers.column_names, offers.columns, strict=True)
            if name != "customer_offer_key"
        }
    )
    channels = dbt.ref("int_channel_capacities").project("channel, is_offered, most_contacts")
    channels = channels.fetchall()
    settings = settings_of(
        dbt.ref("int_budget_settings"), budget="plan_budget", exact_up_to="plan_exact_up_to"
    )
    plan = BudgetPlan(
        capacities={name: most for name, _, most in channels if most is not None},
        channels=[name for name, is_offered, _ in channels if is_offered],
        **settings,
    ).fit(frame)
    chosen = offers.filter(pyarrow.array(plan.chosen_))
    parts = {
        "choice": chosen.select(["customer_id", "customer_offer_key"]).to_pandas(),
        "budget": plan.curve_,
        "channel": plan.channels_,
        "plan": pd.DataFrame([plan.plan_ | {"budget": plan.budget}]),
    }
    return stacked_parts(parts, SCHEMA)
