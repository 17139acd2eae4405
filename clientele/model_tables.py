"""What dbt's Python models read and write: settings in a table, several tables in one."""

import json

import pyarrow


def settings_of(relation, **parameters):
    """
    Read the settings of an estimator from a table of vars.

    Parameters
    ----------
    relation : duckdb.DuckDBPyRelation
        Columns ``setting``, the name of a var, and ``setting_json``, its value.
    **parameters : str
        Parameter of the estimator, and the var that it is called in the table.

    Returns
    -------
    dict of str to object
        Values by parameter. Empty for a table without rows, as `dbt build --empty` gives: the
        estimator's defaults then stand.

    Examples
    --------
    >>> import duckdb
    >>> given = duckdb.sql("select 'n_clusters' as setting, '5' as setting_json")
    >>> settings_of(given, number="n_clusters")
    {'number': 5}
    """
    rows = relation.project("setting, setting_json").fetchall()
    settings = {setting: json.loads(value) for setting, value in rows}
    return {parameter: settings[var] for parameter, var in parameters.items()} if settings else {}


def stacked_parts(parts, schema):
    """
    Stack tables of different columns, each row with the name of its part.

    Parameters
    ----------
    parts : dict of str to pandas.DataFrame
        The tables. One with a column ``customer_id`` has it as its key; the rows of the others are
        numbered.
    schema : pyarrow.Schema
        Columns wanted, among them ``part`` and ``part_key``; what a table lacks is null.

    Returns
    -------
    pyarrow.Table

    Examples
    --------
    >>> import pandas as pd
    >>> names = ("part_key", "part", "level")
    >>> schema = pyarrow.schema([(name, pyarrow.string()) for name in names])
    >>> parts = {"link": pd.DataFrame({"height": [2.5]}), "leaf": pd.DataFrame({"level": ["a"]})}
    >>> stacked_parts(parts, schema).to_pylist()[1]
    {'part_key': 'leaf+1', 'part': 'leaf', 'level': 'a'}
    """
    tables = []
    for part, rows in parts.items():
        keys = rows["customer_id"] if "customer_id" in rows else range(1, len(rows) + 1)
        rows = rows.assign(part=part, part_key=[f"{part}+{key}" for key in keys])
        columns = [
            pyarrow.array(rows[field.name], type=field.type, from_pandas=True)
            if field.name in rows
            else pyarrow.nulls(len(rows), field.type)
            for field in schema
        ]
        tables.append(pyarrow.table(columns, schema=schema))
    return pyarrow.concat_tables(tables)
