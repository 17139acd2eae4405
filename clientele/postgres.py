"""
Copy published marts to a PostgreSQL server, where they are replaced all at once.

A version is loaded into a schema of its own, which takes the name of the old one in the same
transaction: readers see all tables of one version or of the other, a query that runs is not
disturbed, and a publisher that dies leaves nothing.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from clientele.publishing import STAMP_TABLES, PublishingError, read_version

try:
    import psycopg
    from psycopg import sql
except ImportError:
    psycopg = None

# Types that both call by one name need no entry; what is not known becomes text.
TYPES = {
    "DOUBLE": "double precision",
    "FLOAT": "real",
    "HUGEINT": "numeric(39,0)",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "TINYINT": "smallint",
    "UBIGINT": "numeric(20,0)",
    "UINTEGER": "bigint",
}
SAME_TYPES = {"BIGINT", "INTEGER", "SMALLINT", "BOOLEAN", "DATE", "TIMESTAMP", "TIME", "UUID"}
ROWS_AT_A_TIME = 20_000


def postgres_type(duckdb_type: str) -> str:
    """
    Name the PostgreSQL type that holds a DuckDB type without loss.

    Examples
    --------
    >>> [postgres_type(name) for name in ("DECIMAL(18,4)", "DOUBLE", "DATE", "INTEGER[]")]
    ['numeric(18,4)', 'double precision', 'date', 'text']
    """
    if duckdb_type.startswith("DECIMAL"):
        return duckdb_type.replace("DECIMAL", "numeric")
    if duckdb_type in SAME_TYPES:
        return duckdb_type.lower()
    return TYPES.get(duckdb_type, "text")


def publish_to_postgres(
    path: Path, url: str, schema: str = "marts", lock_seconds: int = 60
) -> dict[str, int]:
    """
    Replace the marts of a server by those of a published file.

    Characters that PostgreSQL cannot keep (NUL) become U+FFFD. Who could read the old schema or a
    table of it can read the new one.

    Parameters
    ----------
    path : Path
        A published DuckDB file.
    url : str
        Where the server is and who we are, as libpq has it.
    schema : str
        The schema that is replaced: one that was published, or none that exists.
    lock_seconds : int
        How long to wait for whoever changes the schema.

    Returns
    -------
    dict of str to int
        Rows by table.

    Raises
    ------
    PublishingError
        If it cannot be done. What the server had before stays as it was.
    """
    if psycopg is None:
        raise PublishingError(
            "CLIENTELE_POSTGRES is set, but the Python package psycopg is not installed: "
            'run .venv/bin/python -m pip install "psycopg[binary]".'
        )
    version = read_version(path)
    try:
        given = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        # its message would tell a part of the URL, and so perhaps the password
        raise PublishingError(
            "CLIENTELE_POSTGRES must be a URL such as postgresql://user:password@host/database."
        ) from None
    options = {"connect_timeout": 15, "application_name": "clientele"} | given
    try:
        with (
            psycopg.connect(**options, autocommit=True) as server,
            duckdb.connect(str(path), read_only=True) as file,
        ):
            file.execute("set timezone = 'UTC'")
            server.execute("select set_config('lock_timeout', %s, false)", [f"{lock_seconds}s"])
            # nobody else's function or type is called by a name of ours
            server.execute("set search_path = pg_catalog")
            # one publisher at a time
            server.execute("select pg_advisory_lock(hashtext(%s))", [f"clientele {schema}"])
            _drop_old(server, schema)
            with server.transaction():
                rows = _Loader(server, file, schema, version.name).load()
            _drop_old(server, schema)
    except psycopg.Error as error:
        raise PublishingError(
            f"PostgreSQL did not take the marts, and has what it had before: {_reason(error)}"
        ) from error
    return rows


class _Loader:
    """Loads one version in one transaction."""

    def __init__(self, server, file, schema, version):
        self.server, self.file, self.schema = server, file, schema
        digits = re.sub("[^0-9]", "", version)
        self.new, self.old = f"{schema}_new_{digits}", f"{schema}_old_{digits}"

    def load(self):
        self._refuse_what_is_not_ours()
        self.server.execute(sql.SQL("create schema {}").format(sql.Identifier(self.new)))
        tables = self._tables()
        rows = {table: self._copy(table, columns) for table, columns in tables.items()}
        self._grant_as_before()
        if self._exists():
            self._rename(self.schema, self.old)
        self._rename(self.new, self.schema)
        return {table: count for table, count in rows.items() if table not in STAMP_TABLES}

    def _exists(self):
        return self.server.execute(
            "select 1 from pg_namespace where nspname = %s", [self.schema]
        ).fetchone()

    def _rename(self, old, new):
        self.server.execute(
            sql.SQL("alter schema {} rename to {}").format(sql.Identifier(old), sql.Identifier(new))
        )

    def _refuse_what_is_not_ours(self):
        """Refuse to replace anything that no version has published, or that others build upon."""
        if not self._exists():
            return
        ours = set(STAMP_TABLES)
        if "published_tables" in self._names(_RELATIONS):
            query = sql.SQL("select table_name from {}.published_tables")
            ours |= self._names(query.format(sql.Identifier(self.schema)), [])
        foreign = self._names(_RELATIONS) - ours | self._names(_ROUTINES)
        if foreign:
            raise PublishingError(
                f"The schema {self.schema} of the server holds what Clientele has not published "
                f"and would have to drop ({', '.join(sorted(foreign))}): move it elsewhere."
            )
        dependent = self._names(_DEPENDENT_VIEWS)
        if dependent:
            raise PublishingError(
                f"On the server {', '.join(sorted(dependent))} would go on reading old marts, for "
                "a view holds on to its tables, not to their names: drop it, publish, make it "
                "again; or let the tool that reads it have the query."
            )

    def _names(self, query, parameters=None):
        rows = self.server.execute(query, [self.schema] if parameters is None else parameters)
        return {name for (name,) in rows}

    def _tables(self):
        tables: dict[str, list[tuple]] = {}
        for table, *column in self.file.execute(
            """
            select tables.table_name, column_name, data_type, is_nullable, columns.comment
            from duckdb_columns() as columns
            inner join duckdb_tables() as tables using (database_oid, schema_oid, table_oid)
            where tables.schema_name = 'marts'
            order by tables.table_name, column_index
            """
        ).fetchall():
            tables.setdefault(table, []).append(tuple(column))
        return tables

    def _copy(self, table, columns):
        target = sql.Identifier(self.new, table)
        definitions = [
            sql.SQL("{} {}{}").format(
                sql.Identifier(name),
                sql.SQL(postgres_type(data_type)),
                sql.SQL("" if may_be_null else " not null"),
            )
            for name, data_type, may_be_null, _ in columns
        ]
        self.server.execute(
            sql.SQL("create table {} ({})").format(target, sql.SQL(", ").join(definitions))
        )
        # frozen rows are there for transactions, too, that began before them
        options = sql.SQL("(format text, encoding 'utf8', freeze)")
        command = sql.SQL("copy {} from stdin {}").format(target, options)
        with self.server.cursor() as cursor:
            with cursor.copy(command) as copy:
                for block in self._lines(table, columns):
                    copy.write(block)
            rows = cursor.rowcount
        comments = [_comment(sql.SQL("table {}").format(target), self._table_comment(table))]
        for name, _, _, comment in columns:
            if comment:
                column = sql.Identifier(self.new, table, name)
                comments.append(_comment(sql.SQL("column {}").format(column), comment))
        self.server.execute(sql.SQL("; ").join(comments))
        self.server.execute(sql.SQL("analyze {}").format(target))
        return rows

    def _table_comment(self, table):
        [(comment,)] = self.file.execute(
            "select comment from duckdb_tables() where schema_name = 'marts' and table_name = ?",
            [table],
        ).fetchall()
        return comment

    def _lines(self, table, columns) -> Iterator[memoryview]:
        """
        Write rows as COPY reads them.

        DuckDB makes the lines, and what Arrow holds of them in one piece goes to the server as
        it is.
        """
        fields = ", chr(9), ".join(_field(name, data_type) for name, data_type, *_ in columns)
        source = '"' + table.replace('"', '""') + '"'
        lines = self.file.sql(f"select concat({fields}, chr(10)) from marts.{source}")
        for batch in lines.to_arrow_reader(ROWS_AT_A_TIME):
            column = batch.column(0)
            if len(column):
                offsets = memoryview(column.buffers()[1]).cast("b").cast("i")
                start, end = offsets[column.offset], offsets[column.offset + len(column)]
                yield memoryview(column.buffers()[2])[start:end]

    def _grant_as_before(self):
        """Give the new schema and its tables the privileges of the old ones."""
        for grant in self.server.execute(_SCHEMA_GRANTS, [self.schema]).fetchall():
            self._grant(sql.SQL("schema {}").format(sql.Identifier(self.new)), *grant)
        tables = self._names(_RELATIONS, [self.new])
        for table, *grant in self.server.execute(_TABLE_GRANTS, [self.schema]).fetchall():
            if table in tables:
                target = sql.SQL("table {}").format(sql.Identifier(self.new, table))
                self._grant(target, *grant)

    def _grant(self, what, privilege, grantee, grantable):
        self.server.execute(
            sql.SQL("grant {} on {} to {}{}").format(
                sql.SQL(privilege),
                what,
                sql.Identifier(grantee) if grantee else sql.SQL("public"),
                sql.SQL(" with grant option" if grantable else ""),
            )
        )


def _field(name, data_type):
    """Write the SQL of a value as the text format of COPY has it."""
    text = 'cast("' + name.replace('"', '""') + '" as varchar)'
    if data_type.startswith(("DATE", "TIMESTAMP")):
        text = f"replace({text}, '(BC)', 'BC')"
    elif postgres_type(data_type) == "text":
        for code, written in ((92, r"\\"), (9, r"\t"), (10, r"\n"), (13, r"\r"), (0, "\ufffd")):
            text = f"replace({text}, chr({code}), '{written}')"
    return rf"coalesce({text}, '\N')"


def _comment(what, text):
    literal = sql.Literal(text.replace("\0", "\ufffd"))
    return sql.SQL("comment on {} is {}").format(what, literal)


def _drop_old(server, schema):
    """Drop what was replaced, unless somebody is reading it: then the next version does."""
    replaced = server.execute(_REPLACED, [f"^{re.escape(schema)}_old_[0-9]{{20}}$"]).fetchall()
    for name, tables in replaced:
        try:
            with server.transaction():
                server.execute("set local lock_timeout = '2s'")
                if tables:
                    identifiers = [sql.Identifier(name, table) for table in tables]
                    server.execute(sql.SQL("drop table {}").format(sql.SQL(", ").join(identifiers)))
                server.execute(sql.SQL("drop schema {}").format(sql.Identifier(name)))
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DependentObjectsStillExist):
            continue


def _reason(error):
    return " ".join(str(error).split("\nLINE ")[0].split())


_RELATIONS = """
    select relname
    from pg_class
    inner join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = %s and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
"""
_ROUTINES = """
    select proname
    from pg_proc
    inner join pg_namespace on pg_namespace.oid = pronamespace
    where nspname = %s
"""
_DEPENDENT_VIEWS = """
    select distinct view_schemas.nspname || '.' || views.relname
    from pg_depend
    inner join pg_class as marts on marts.oid = pg_depend.refobjid
    inner join pg_namespace as schemas on schemas.oid = marts.relnamespace
    inner join pg_rewrite on pg_rewrite.oid = pg_depend.objid
    inner join pg_class as views on views.oid = pg_rewrite.ev_class
    inner join pg_namespace as view_schemas on view_schemas.oid = views.relnamespace
    where
        pg_depend.classid = 'pg_rewrite'::regclass
        and pg_depend.refclassid = 'pg_class'::regclass
        and schemas.nspname = %s
"""
_REPLACED = """
    select nspname, array_remove(array_agg(relname order by relname), null)
    from pg_namespace
    left join pg_class on relnamespace = pg_namespace.oid and relkind = 'r'
    where nspname ~ %s
    group by nspname
"""
_SCHEMA_GRANTS = """
    select privilege_type, rolname, is_grantable
    from pg_namespace
    cross join lateral aclexplode(nspacl) as granted
    left join pg_roles on pg_roles.oid = granted.grantee
    where nspname = %s and granted.grantee <> nspowner
"""
_TABLE_GRANTS = """
    select relname, privilege_type, rolname, is_grantable
    from pg_class
    inner join pg_namespace on pg_namespace.oid = relnamespace
    cross join lateral aclexplode(relacl) as granted
    left join pg_roles on pg_roles.oid = granted.grantee
    where nspname = %s and relkind = 'r' and granted.grantee <> relowner
"""
