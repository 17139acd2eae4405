"""Put the tables that one fit gives into one, for a dbt model is one table."""

import pyarrow


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
