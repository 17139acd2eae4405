"""Test which features of the first days go with lapse and with value."""

import pyarrow

from clientele.associations import DriverAssociations, aligned

SCHEMA = pyarrow.schema(
    {
        "outcome": pyarrow.string(),
        "feature": pyarrow.string(),
        "feature_kind": pyarrow.string(),
        "test_name": pyarrow.string(),
        "customers": pyarrow.int64(),
        "statistic": pyarrow.float64(),
        "effect_size": pyarrow.float64(),
        "effect_size_measure": pyarrow.string(),
        "direction": pyarrow.string(),
        "p_value": pyarrow.float64(),
        "adjusted_p_value": pyarrow.float64(),
        "status": pyarrow.string(),
        "status_reason": pyarrow.string(),
    }
)


def model(dbt, session):
    """Return one row per outcome and feature."""
    dbt.config(materialized="table")
    outcomes = (
        dbt.ref("int_driver_outcomes")
        .order("customer_number")
        .project("cast(is_lapsed as double) as lapse, cast(later_value as double) as later_value")
        .df()
    )
    features = dbt.ref("int_driver_features")
    kinds = features.aggregate("feature, bool_and(is_number) as is_number").order("feature")

    def read_features():
        for name, is_number in kinds.fetchall():
            column = "number_value" if is_number else "text_value"
            quoted = name.replace("'", "''")
            rows = features.filter(f"feature = '{quoted}' and {column} is not null")
            rows = rows.project(f"customer_number, {column} as given").to_arrow_table()
            yield name, aligned(rows["customer_number"], rows["given"], len(outcomes))

    lapse = outcomes["lapse"] if outcomes["lapse"].notna().any() else None
    fitted = DriverAssociations().fit(read_features(), lapse=lapse, value=outcomes["later_value"])
    return pyarrow.Table.from_pandas(fitted.associations_, schema=SCHEMA, preserve_index=False)
