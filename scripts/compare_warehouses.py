"""Compare two warehouses table by table and row by row: two builds of one input must be equal.

Usage: python scripts/compare_warehouses.py first.duckdb second.duckdb
"""

import sys

import duckdb

Tables = dict[tuple[str, str], list[tuple[str, str]]]


def columns_of(connection: duckdb.DuckDBPyConnection, database: str) -> Tables:
    """List names and types of the columns of every table (views hold no rows of their own)."""
    rows = connection.execute(
        """
        select columns.schema_name, columns.table_name, columns.column_name, columns.data_type
        from duckdb_columns() as columns
        inner join duckdb_tables() as tables using (table_oid, schema_oid, database_oid)
        where columns.database_name = ? and not tables.temporary
        order by columns.schema_name, columns.table_name, columns.column_index
        """,
        [database],
    ).fetchall()
    tables: Tables = {}
    for schema, table, column, data_type in rows:
        tables.setdefault((schema, table), []).append((column, data_type))
    return tables


def differences(first: str, second: str) -> tuple[int, list[str]]:
    """Count the tables, and write a sentence for each that differs."""
    connection = duckdb.connect()
    for alias, path in (("first", first), ("second", second)):
        connection.execute(f"attach '{path.replace(chr(39), chr(39) * 2)}' as {alias} (read_only)")
    ours, theirs = columns_of(connection, "first"), columns_of(connection, "second")
    found = []
    for schema, table in sorted(ours.keys() | theirs.keys()):
        name = f"{schema}.{table}"
        if ours.get((schema, table)) != theirs.get((schema, table)):
            found.append(f"{name}: the columns differ, or only one warehouse has the table.")
            continue
        left, right = (f'{alias}."{schema}"."{table}"' for alias in ("first", "second"))
        missing, added = connection.execute(
            f"""
            select
                (select count(*) from (from {left} except all from {right})),
                (select count(*) from (from {right} except all from {left}))
            """
        ).fetchone()
        if missing or added:
            found.append(f"{name}: {missing} rows only in the first, {added} only in the second.")
    return len(ours.keys() | theirs.keys()), found


def main() -> None:
    """Print the differences; the exit code says whether there are any."""
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    count, found = differences(*sys.argv[1:])
    for difference in found:
        print(difference)
    print(f"{count} tables compared, {len(found)} differ.")
    sys.exit(bool(found) or count == 0)


if __name__ == "__main__":
    main()
