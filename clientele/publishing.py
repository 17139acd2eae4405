"""
Publish the marts as files that any number of readers may hold open while the next ones are made.

DuckDB lets one process write a file, or many read it. So a build writes a file of its own, and what
is read is a copy that nobody writes again:

.. code-block:: text

    published/
        clientele.duckdb       -> current/clientele.duckdb     the names to read
        parquet                -> current/parquet
        current                -> 20260131T081500.000000Z      replaced in one rename
        20260131T081500.000000Z/clientele.duckdb
        20260131T081500.000000Z/parquet/<mart>.parquet

A version is written under a hidden name, checked, brought to the disk, renamed, and only then led
to: whoever opens a file finds a whole version, whenever the publisher is killed. A reader keeps the
version that it has opened. Where there are no symbolic links, ``clientele.duckdb`` is the file
itself, replaced in one rename, and Parquet files are found under their version.
"""

import contextlib
import errno
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

FILE_NAME = "clientele.duckdb"
STAMP_TABLES = ("published_version", "published_tables")
# Files of this version are read by every DuckDB from 1.2 on; left to itself, 2.0 writes newer ones.
STORAGE_VERSION = "v1.2.0"
VERSION_FORMAT = "%Y%m%dT%H%M%S.%fZ"
VERSION_PATTERN = re.compile(r"\d{8}T\d{6}\.\d{6}Z")
HALF_WRITTEN, HALF_REMOVED, NEXT_NAME = ".writing-", ".removing-", ".next-"


class PublishingError(Exception):
    """Why nothing was published, in one sentence."""


@dataclass(frozen=True)
class Mart:
    """
    A table to publish.

    Parameters
    ----------
    name : str
        Its name, in the schema of marts.
    description : str
        Shown by whatever shows comments of tables.
    columns : mapping of str to str
        Descriptions by column; columns that the table does not have are passed over.
    """

    name: str
    description: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Version:
    """What a published file says of itself: the stamp that all its tables agree on."""

    name: str
    as_of_date: date | None
    row_counts: Mapping[str, int]
    path: Path


def marts_of(nodes: Iterable) -> list[Mart]:
    """
    List the public models among the nodes of a dbt manifest.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> node = {"resource_type": "model", "description": "One row per order.", "columns": {}}
    >>> orders = SimpleNamespace(**node, access="public", name="fct_orders")
    >>> private = SimpleNamespace(**node, access="protected", name="int_orders")
    >>> [mart.name for mart in marts_of([orders, private])]
    ['fct_orders']
    """
    return sorted(
        (
            Mart(
                node.name,
                node.description,
                {name: column.description for name, column in node.columns.items()},
            )
            for node in nodes
            if node.resource_type == "model" and node.access == "public"
        ),
        key=lambda mart: mart.name,
    )


def publish(
    warehouse: Path,
    folder: Path,
    marts: Iterable[Mart],
    *,
    kept: int = 3,
    schema: str = "marts",
    project_version: str = "",
    settings: Mapping[str, object] | None = None,
) -> Version:
    """
    Write a version of the marts, lead readers to it in one rename, and remove old versions.

    Parameters
    ----------
    warehouse : Path
        The DuckDB file that was built; nobody may have it open for writing.
    folder : Path
        Where versions stand; made if it is not there.
    marts : iterable of Mart
        The tables to publish.
    kept : int
        How many versions are left in the end, the new one included.
    schema : str
        The schema of the marts, there and here.
    project_version : str
        Goes into the stamp.
    settings : mapping, optional
        Of DuckDB, such as its memory limit.

    Returns
    -------
    Version

    Raises
    ------
    PublishingError
        If it cannot be done. What was published before stays as it was.
    """
    marts = list(marts)
    if not marts:
        raise PublishingError("There is nothing to publish: no model is public.")
    if not warehouse.is_file():
        raise PublishingError(f"There is no warehouse at {warehouse}: run make build first.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _one_publisher(folder):
            _refuse_what_is_not_ours(folder, warehouse, schema)
            _remove_left_overs(folder)
            name = _next_version(folder)
            writing = folder / f"{HALF_WRITTEN}{name}"
            try:
                (writing / "parquet").mkdir(parents=True)
                writer = _Writer(warehouse, writing, schema, name, project_version, settings or {})
                writer.write(marts)
                version = read_version(writing / FILE_NAME, schema)
                _bring_to_disk(writing)
                writing.rename(folder / name)
            finally:
                shutil.rmtree(writing, ignore_errors=True)
            _lead_to(folder, name)
            _prune(folder, kept)
            return replace(version, path=folder / name / FILE_NAME)
    except (OSError, duckdb.Error) as error:
        raise PublishingError(_sentence(error, warehouse, folder)) from error


def read_version(path: Path, schema: str = "marts") -> Version:
    """
    Read the stamp of a published file, and check that all its tables agree with it.

    Parameters
    ----------
    path : Path
        Of the DuckDB file.
    schema : str
        The schema of its marts.

    Returns
    -------
    Version

    Raises
    ------
    PublishingError
        If a table is missing, is not stamped with this version, or lacks rows.
    duckdb.Error
        If the file cannot be read.
    """
    with duckdb.connect(str(path), read_only=True) as connection:
        return version_of(connection, path, schema)


def version_of(connection: duckdb.DuckDBPyConnection, path: Path, schema: str = "marts") -> Version:
    """
    Read the stamp of a published file that is open, and check that all its tables agree with it.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        To the file.
    path : Path
        Of the file, to be named.
    schema : str
        The schema of its marts.

    Returns
    -------
    Version

    Raises
    ------
    PublishingError
        If a table is missing, is not stamped with this version, or lacks rows.
    """
    [(name, as_of_date)] = connection.execute(
        f"select version, as_of_date from {schema}.published_version"
    ).fetchall()
    stamped = dict(
        connection.execute(
            f"select table_name, row_count from {schema}.published_tables where version = ?",
            [name],
        ).fetchall()
    )
    comments = dict(
        connection.execute(
            "select table_name, comment from duckdb_tables() where schema_name = ?", [schema]
        ).fetchall()
    )
    if comments.keys() != stamped.keys() | set(STAMP_TABLES):
        raise PublishingError(f"{path}: its tables are not those of version {name}.")
    for table, comment in comments.items():
        if not str(comment).endswith(_stamp(name)):
            raise PublishingError(f"{path}: {table} is not of version {name}.")
    row_counts = {
        table: connection.execute(f"select count(*) from {schema}.{_quoted(table)}").fetchall()[0][
            0
        ]
        for table in stamped
    }
    if row_counts != stamped:
        raise PublishingError(f"{path}: not every table has the rows of version {name}.")
    return Version(name, as_of_date, row_counts, Path(path))


class _Writer:
    """Copies marts out of a warehouse into the files of one version."""

    def __init__(self, warehouse, folder, schema, version, project_version, settings):
        self.warehouse, self.folder, self.schema = warehouse, folder, schema
        self.version, self.project_version, self.settings = version, project_version, settings

    def write(self, marts):
        file = self.folder / FILE_NAME
        with duckdb.connect(config=dict(self.settings)) as connection:
            self.run = connection.execute
            self.run("set timezone = 'UTC'")
            self.run(f"set temp_directory = {_literal(self.folder / 'spilled')}")
            self.run(f"attach {_literal(self.warehouse)} as built (read_only)")
            self.run(f"attach {_literal(file)} as written (storage_version '{STORAGE_VERSION}')")
            self.run(f"create schema written.{self.schema}")
            self.run(f"use written.{self.schema}")
            statements, columns = self._tables()
            missing = [mart.name for mart in marts if mart.name not in statements]
            if missing:
                raise PublishingError(
                    f"The warehouse {self.warehouse} lacks {', '.join(missing)}: run make build."
                )
            row_counts = {mart.name: self._copy(mart, statements[mart.name]) for mart in marts}
            self._write_stamp(marts, row_counts)
            self.run("begin")
            for mart in marts:
                self._comment(mart, columns[mart.name])
            self.run("commit")
            self.run("checkpoint written")
            self.run("use memory")
            self.run("detach written")
        shutil.rmtree(self.folder / "spilled", ignore_errors=True)

    def _tables(self):
        """By table, the statement that makes it and its columns."""
        statements = self.run(
            "select table_name, sql from duckdb_tables() "
            "where database_name = 'built' and schema_name = ?",
            [self.schema],
        ).fetchall()
        columns: dict[str, list[str]] = {}
        for table, column in self.run(
            "select table_name, column_name from duckdb_columns() "
            "where database_name = 'built' and schema_name = ? order by column_index",
            [self.schema],
        ).fetchall():
            columns.setdefault(table, []).append(column)
        return dict(statements), columns

    def _copy(self, mart, statement):
        source, target = (f"{place}.{self.schema}.{_quoted(mart.name)}" for place in _PLACES)
        # The very statement that made the mart, for its types and what may not be null.
        self.run("begin")
        self.run(statement)
        [(rows,)] = self.run(f"insert into {target} from {source}").fetchall()
        self.run("commit")
        parquet = self.folder / "parquet" / f"{mart.name}.parquet"
        stamp = {"clientele_version": self.version, "clientele_table": mart.name}
        pairs = ", ".join(f"{key}: {_literal(value)}" for key, value in stamp.items())
        self.run(
            f"copy {source} to {_literal(parquet)} "
            f"(format parquet, compression zstd, kv_metadata {{{pairs}}})"
        )
        return rows

    def _write_stamp(self, marts, row_counts):
        as_of_date = None
        with contextlib.suppress(duckdb.CatalogException):
            [(as_of_date,)] = self.run(
                "select max(as_of_date) from built.intermediate.int_as_of_date"
            ).fetchall()
        published_at = datetime.strptime(self.version, VERSION_FORMAT)
        self.run(
            "create table published_version as select cast($1 as varchar) as version, "
            "cast($2 as date) as as_of_date, cast($3 as timestamp) as published_at, "
            "cast($4 as varchar) as project_version, cast($5 as bigint) as table_count",
            [self.version, as_of_date, published_at, self.project_version, len(marts)],
        )
        self.run(
            "create table published_tables "
            "(table_name varchar, version varchar, row_count bigint, description varchar)"
        )
        self.run("begin")
        for mart in marts:
            self.run(
                "insert into published_tables values (?, ?, ?, ?)",
                [mart.name, self.version, row_counts[mart.name], mart.description.strip()],
            )
        self.run("commit")
        self._comment(Mart("published_version", _ABOUT_VERSION), [])
        self._comment(Mart("published_tables", _ABOUT_TABLES), [])

    def _comment(self, mart, columns):
        target = f"written.{self.schema}.{_quoted(mart.name)}"
        text = f"{mart.description.strip()}\n\n{_stamp(self.version)}".strip()
        self.run(f"comment on table {target} is {_literal(text)}")
        for column in columns:
            if mart.columns.get(column):
                text = _literal(mart.columns[column].strip())
                self.run(f"comment on column {target}.{_quoted(column)} is {text}")


_PLACES = ("built", "written")
_ABOUT_VERSION = "Which version this is and from when. One row."
_ABOUT_TABLES = "Every published table with its rows. One row per table."


def _stamp(version):
    return f"Version {version}"


@contextlib.contextmanager
def _one_publisher(folder: Path, patience: float = 300) -> Iterator[None]:
    """Hold a lock that the system takes back when the process dies."""
    if fcntl is None:
        yield
        return
    with open(folder / ".lock", "w") as file:
        waited_until = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > waited_until:
                    raise PublishingError(
                        f"Another process is publishing to {folder}: wait for it, then run make "
                        "publish."
                    ) from None
                time.sleep(0.05)
            except OSError as error:
                # a network file system without locks
                if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.EINVAL):
                    raise
                break
        yield


def _refuse_what_is_not_ours(folder, warehouse, schema):
    """Refuse to put the names that are read in the place of anything that is not ours."""
    for name in ("current", "parquet"):
        if os.path.lexists(folder / name) and not (folder / name).is_symlink():
            raise FileExistsError(errno.EEXIST, "File exists", str(folder / name))
    file = folder / FILE_NAME
    if file.is_symlink() or not file.exists():
        return
    if not file.samefile(warehouse):
        with contextlib.suppress(PublishingError, duckdb.Error):
            read_version(file, schema)
            return
    raise PublishingError(
        f"{file} is no published file: name another folder in CLIENTELE_PUBLISHED."
    )


def _remove_left_overs(folder):
    """Remove what a publisher that died has left: nothing leads to it."""
    for path in folder.iterdir():
        if path.name.startswith((HALF_WRITTEN, HALF_REMOVED)):
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith(NEXT_NAME):
            path.unlink()


def _versions(folder):
    """Names of the whole versions, the oldest first."""
    return sorted(path.name for path in folder.iterdir() if VERSION_PATTERN.fullmatch(path.name))


def _next_version(folder):
    """Name of a version: the time, but always later than the last one, whatever the clock says."""
    now = datetime.now(UTC).replace(tzinfo=None)
    for last in _versions(folder)[-1:]:
        now = max(now, datetime.strptime(last, VERSION_FORMAT) + timedelta(microseconds=1))
    return now.strftime(VERSION_FORMAT)


def _bring_to_disk(folder):
    """Make files read-only, and wait until they would survive a power cut."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            # Windows brings nothing to disk that was not opened for writing
            with open(path, "r+b" if os.name == "nt" else "rb") as file:
                os.fsync(file.fileno())
            # a tool that opened it for writing would lock out all others
            path.chmod(0o444)
    for path in (folder / "parquet", folder):
        _sync_folder(path)


def _sync_folder(folder):
    # Windows cannot open folders
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _lead_to(folder, version):
    """Lead the names that are read to a version."""
    _sync_folder(folder)
    try:
        _replace_link(folder / "current", version)
    except (NotImplementedError, OSError) as error:
        if isinstance(error, OSError) and error.errno not in _NO_LINKS and os.name != "nt":
            raise
        _replace_copy(folder, version)
    else:
        for name in (FILE_NAME, "parquet"):
            if not _leads_to(folder / name, f"current/{name}"):
                _replace_link(folder / name, f"current/{name}")
    _sync_folder(folder)


_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EOPNOTSUPP)


def _leads_to(link, target):
    return link.is_symlink() and os.readlink(link) == target


def _replace_link(link, target):
    following = link.with_name(f"{NEXT_NAME}{link.name}")
    following.unlink(missing_ok=True)
    following.symlink_to(target)
    following.replace(link)


def _replace_copy(folder, version):
    """Where there are no symbolic links: a second name of the file, or else a copy of it."""
    file, following = folder / version / FILE_NAME, folder / f"{NEXT_NAME}{FILE_NAME}"
    following.unlink(missing_ok=True)
    try:
        os.link(file, following)
    except OSError:
        shutil.copyfile(file, following)
        with open(following, "r+b") as copy:
            os.fsync(copy.fileno())
    try:
        following.replace(folder / FILE_NAME)
    except PermissionError as error:
        raise PublishingError(
            f"{folder / FILE_NAME} is open in a program, and this file system can neither replace "
            f"open files nor make symbolic links: read {file}, or close it and run make publish."
        ) from error


def _prune(folder, kept):
    """Remove all versions but the newest; who has one open keeps it."""
    current = folder / "current"
    in_use = os.readlink(current) if current.is_symlink() else None
    for version in _versions(folder)[: -max(1, kept)]:
        if version != in_use:
            # so that half a version never has the name of a whole one
            removed = folder / f"{HALF_REMOVED}{version}"
            with contextlib.suppress(OSError):
                (folder / version).rename(removed)
                shutil.rmtree(removed, ignore_errors=True)


def locked_by(message: str) -> str | None:
    """
    Say who has a DuckDB file open, if that is what an error message of DuckDB is about.

    Examples
    --------
    >>> locked_by('IO Error: Could not set lock on file "/a/w.duckdb": Conflicting lock is held in '
    ...           '/usr/bin/python3.11 (PID 4711). See also https://duckdb.org/docs')
    '/usr/bin/python3.11 (PID 4711)'
    >>> locked_by("Catalog Error: Table with name x does not exist!") is None
    True
    """
    if "Could not set lock on file" not in message and "being used by another" not in message:
        return None
    holder = re.search(r"held in (.+? \(PID \d+\))", message)
    return holder[1] if holder else "another program"


def _sentence(error, warehouse, folder):
    holder = locked_by(str(error))
    if holder:
        return f"{warehouse} is open for writing in {holder}, so that nothing could be published."
    if isinstance(error, FileExistsError | NotADirectoryError | IsADirectoryError):
        return (
            f"Nothing was published to the folder {folder} (CLIENTELE_PUBLISHED): "
            f"{error.filename2 or error.filename} is in the way."
        )
    if getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error):
        return (
            f"Nothing was published, because the disk of {folder} is full. What was published "
            "before is as it was: make room, then run make publish."
        )
    if isinstance(error, PermissionError):
        return (
            f"Nothing was published, because {error.filename or folder} cannot be written: "
            "CLIENTELE_PUBLISHED may name another folder."
        )
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"Nothing was published to {folder}: {' '.join(reason.split())}."


def _quoted(name):
    return '"' + str(name).replace('"', '""') + '"'


def _literal(text):
    return "'" + str(text).replace("'", "''") + "'"
