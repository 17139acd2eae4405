"""The marts of a PostgreSQL server are those of one version, whoever reads and whatever fails."""

from __future__ import annotations

import glob
import math
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import PROJECT

from clientele import postgres
from clientele.postgres import publish_to_postgres
from clientele.publishing import Mart, PublishingError, publish

try:
    import psycopg
except ImportError:
    psycopg = None

TEXTS = [
    "<script>alert(1)</script>",
    '=HYPERLINK("x")',
    "tab\tline\nfeed\rreturn",
    "\\.",
    "a\n\\.\nb",
    "\\N",
    "back\\slash, 'quotes' \"both\"",
    "£ 👍",
    "",
]
MARTS = [
    Mart("fct_values", "It's tried; one row per value.", {"text": "Said: \"'text'\"; \\ it is."}),
    Mart("fct_empty"),
    Mart("odd \"name'"),
]
SERVER = "CLIENTELE_TEST_POSTGRES"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """URL of a server: the one that is named, or one of our own in a temporary folder."""
    if psycopg is None:
        pytest.skip("psycopg is not installed")
    if os.environ.get(SERVER):
        yield os.environ[SERVER]
        return
    found = [shutil.which("initdb"), *sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))]
    programs = [Path(path).resolve().parent for path in found if path]
    if not programs:
        pytest.skip(f"there is no PostgreSQL here; {SERVER} may name a server (apt: postgresql)")
    # PostgreSQL does not run as root
    account = None
    if os.getuid() == 0:
        names = {entry.pw_name for entry in pwd.getpwall()}
        account = next((name for name in ("postgres", "nobody") if name in names), None)
        if account is None:
            pytest.skip("PostgreSQL does not run as root, and there is no other account to run it")
    # the path of a socket may have 107 characters, and those of pytest are long
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        if account:
            shutil.chown(folder, account)
        data, log = str(folder / "data"), str(folder / "log")

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [str(programs[-1] / program), "-D", data, *arguments],
                check=True,
                capture_output=True,
                user=account,
                cwd=folder,
                timeout=120,
            )

        run("initdb", "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
        options = f"-c listen_addresses='' -c fsync=off -k {folder}"
        run("pg_ctl", "-o", options, "-l", log, "-w", "start")
        try:
            yield f"postgresql://tester@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")


@pytest.fixture
def url(server: str) -> Iterator[str]:
    """The server without any marts."""
    clear = """
        drop schema if exists marts cascade;
        drop schema if exists reports cascade;
        create schema reports
    """
    ask(server, clear)
    yield server
    ask(server, clear)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published file with a value of every kind."""
    folder = tmp_path_factory.mktemp("published")
    with duckdb.connect(str(folder / "built.duckdb")) as connection:
        connection.execute(
            """
            create schema marts;
            create table marts.fct_values (
                value_id bigint not null,
                money decimal(18, 4),
                number double,
                whole integer,
                small tinyint,
                huge hugeint,
                order_date date,
                ordered_at timestamp,
                zoned_at timestamptz,
                is_sale boolean,
                text varchar,
                list varchar[]
            );
            insert into marts.fct_values values
                (1, 99999999999999.9999, 'nan', 1, 1, 170141183460469231731687303715884105727,
                 '2024-02-29', '2024-02-29 23:59:59.123456', '2024-02-29 23:59:59+00', true, 'a',
                 ['x', null]),
                (2, -0.0001, 'inf', -1, -1, -1, '0044-03-15 (BC)', '0001-01-01', null, false, 'b',
                 null),
                (3, 0, '-inf', 0, 0, 0, 'infinity', '-infinity', null, false, 'c', []),
                (4, null, 0.1, null, null, null, null, null, null, null, null, null),
                (5, null, 1e-300, null, null, null, null, null, null, null, null, null);
            create table marts.fct_empty (order_date date);
            create table marts."odd ""name'" ("odd ""column'" integer);
            insert into marts."odd ""name'" values (7)
            """
        )
        connection.executemany(
            "insert into marts.fct_values (value_id, text) values (?, ?)",
            [[100 + number, text] for number, text in enumerate([*TEXTS, "a\0b"])],
        )
    return publish(folder / "built.duckdb", folder / "published", MARTS).path


def ask(url: str, query: Any, *parameters: object) -> list[tuple[Any, ...]]:
    """Rows of a query, if it has rows."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query, parameters or None)
        return cursor.fetchall() if cursor.description else []


def version_of(path: Path) -> str:
    """The version of a published file."""
    return path.parent.name


def test_values_of_every_type_come_through(url: str, published: Path) -> None:
    rows = publish_to_postgres(published, url)
    assert rows == {"fct_values": 5 + len(TEXTS) + 1, "fct_empty": 0, "odd \"name'": 1}
    first, second, third, fourth, fifth = ask(
        url,
        """
        select
            money, number, whole, small, huge, cast(order_date as text), cast(ordered_at as text),
            zoned_at at time zone 'UTC', is_sale, text, list
        from marts.fct_values
        where value_id < 100
        order by value_id
        """,
    )
    assert first[0] == Decimal("99999999999999.9999")
    assert math.isnan(first[1])
    assert first[2:4] == (1, 1)
    assert first[4] == Decimal(2**127 - 1)
    assert first[5:] == (
        "2024-02-29",
        "2024-02-29 23:59:59.123456",
        datetime(2024, 2, 29, 23, 59, 59),
        True,
        "a",
        "[x, NULL]",
    )
    assert second[:3] == (Decimal("-0.0001"), math.inf, -1)
    assert second[5:7] == ("0044-03-15 BC", "0001-01-01 00:00:00")
    assert third[1] == -math.inf
    assert third[5:7] == ("infinity", "-infinity")
    assert (fourth[1], fifth[1]) == (0.1, 1e-300)
    assert fourth[2:] == (None,) * 9
    assert ask(url, """select "odd ""column'" from marts."odd ""name'\"""") == [(7,)]
    texts = ask(url, "select text from marts.fct_values where value_id >= 100 order by value_id")
    assert [text for (text,) in texts] == [*TEXTS, "a\ufffdb"]


def test_types_nulls_comments_and_the_stamp_come_through(url: str, published: Path) -> None:
    publish_to_postgres(published, url)
    columns = ask(
        url,
        "select column_name, data_type, is_nullable from information_schema.columns "
        "where table_schema = 'marts' and table_name = 'fct_values' order by ordinal_position",
    )
    assert columns[:3] == [
        ("value_id", "bigint", "NO"),
        ("money", "numeric", "YES"),
        ("number", "double precision", "YES"),
    ]
    comments = ask(
        url,
        "select obj_description('marts.fct_values'::regclass), "
        "col_description('marts.fct_values'::regclass, 11)",
    )
    description = f"{MARTS[0].description}\n\nVersion {version_of(published)}"
    assert comments == [(description, MARTS[0].columns["text"])]
    assert ask(url, "select version, table_count from marts.published_version") == [
        (version_of(published), 3)
    ]


def test_readers_see_one_version_and_nothing_is_left_of_the_others(
    url: str, published: Path
) -> None:
    publish_to_postgres(published, url)
    problems: list[object] = []
    ended = threading.Event()
    counted = """
        select (select count(*) from marts.fct_values), (select min(version) from
        marts.published_tables), (select version from marts.published_version)
    """
    seen = []

    def read() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            while not ended.is_set():
                try:
                    [row] = connection.execute(counted).fetchall()
                    seen.append(row)
                except psycopg.Error as error:
                    problems.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(5):
        publish_to_postgres(published, url)
    ended.set()
    reader.join()
    assert problems == []
    assert set(seen) == {(15, version_of(published), version_of(published))}
    assert schemas(url) == ["marts"]


def schemas(url: str) -> list[str]:
    """The schemas that begin as ours do."""
    names = ask(url, "select nspname from pg_namespace where nspname ~ '^marts' order by 1")
    return [name for (name,) in names]


def test_a_long_query_is_not_disturbed_and_what_it_reads_goes_with_the_next_version(
    url: str, published: Path
) -> None:
    publish_to_postgres(published, url)
    with psycopg.connect(url) as reader:
        assert reader.execute("select count(*) from marts.fct_values").fetchone() == (15,)
        publish_to_postgres(published, url)
        assert len(schemas(url)) == 2
        assert reader.execute("select count(*) from marts.fct_values").fetchone() == (15,)
    publish_to_postgres(published, url)
    assert schemas(url) == ["marts"]


def test_whoever_could_read_can_read(url: str, published: Path) -> None:
    ask(url, "drop role if exists analyst; create role analyst")
    publish_to_postgres(published, url)
    ask(url, "grant usage on schema marts to analyst; grant select on marts.fct_values to public")
    ask(url, "grant select on marts.fct_empty to analyst with grant option")
    publish_to_postgres(published, url)
    allowed = ask(
        url,
        """
        select
            has_schema_privilege('analyst', 'marts', 'usage'),
            has_table_privilege('analyst', 'marts.fct_values', 'select'),
            has_table_privilege('analyst', 'marts.fct_empty', 'select with grant option'),
            has_table_privilege('analyst', 'marts.published_version', 'select')
        """,
    )
    assert allowed == [(True, True, True, False)]


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        ("table marts.mine (id int)", "not published .*mine"),
        ("function marts.one() returns int language sql as 'select 1'", "not published .*one"),
    ],
)
def test_a_schema_that_is_not_ours_is_left_alone(
    url: str, published: Path, made: str, sentence: str
) -> None:
    ask(url, f"create schema marts; create {made}")
    with pytest.raises(PublishingError, match=sentence):
        publish_to_postgres(published, url)
    assert schemas(url) == ["marts"]


def test_a_view_over_marts_stops_what_would_leave_it_behind(url: str, published: Path) -> None:
    publish_to_postgres(published, url)
    ask(url, "create view reports.orders as select * from marts.fct_values")
    with pytest.raises(PublishingError, match=r"reports\.orders would go on reading old marts"):
        publish_to_postgres(published, url)
    assert ask(url, "select count(*) from reports.orders") == [(15,)]


def test_a_publisher_that_is_killed_leaves_what_was_there(url: str, published: Path) -> None:
    publish_to_postgres(published, url)
    before = ask(url, "select 'marts.fct_values'::regclass::oid")
    # killed in the middle of the second table
    program = """
import os, signal, sys
from pathlib import Path
from clientele import postgres

copy, done = postgres._Loader._copy, []
def copy_one(self, *arguments):
    if done:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(copy(self, *arguments))
postgres._Loader._copy = copy_one
postgres.publish_to_postgres(Path(sys.argv[1]), sys.argv[2])
"""
    killed = subprocess.run([sys.executable, "-c", program, str(published), url], timeout=60)
    assert killed.returncode == -9
    assert ask(url, "select 'marts.fct_values'::regclass::oid") == before
    publish_to_postgres(published, url)
    assert schemas(url) == ["marts"]


@pytest.mark.skipif(shutil.which("psql") is None, reason="there is no psql on the PATH")
def test_the_documented_command_of_psql_reads_the_marts(url: str, tmp_path: Path) -> None:
    guide = PROJECT / "docs" / "reading_the_marts.md"
    [command] = re.findall(r"^psql .*$", guide.read_text(encoding="utf-8"), re.MULTILINE)
    with duckdb.connect(str(tmp_path / "built.duckdb")) as connection:
        connection.execute(
            """
            create schema marts;
            create table marts.fct_segment_profiles as
            select 'rfm' as segmentation, 'Champions' as segment, 17 as customers
            """
        )
    mart = Mart("fct_segment_profiles")
    path = publish(tmp_path / "built.duckdb", tmp_path / "published", [mart]).path
    publish_to_postgres(path, url)
    printed = subprocess.run(
        ["sh", "-c", command],
        env=os.environ | {"CLIENTELE_POSTGRES": url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.search(r"Champions +\| +17", printed.stdout)


def test_a_server_that_fails_is_quoted_without_the_password(
    url: str, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PublishingError, match="did not take the marts") as failure:
        publish_to_postgres(published, "postgresql://tester:secret@127.0.0.1:1/postgres")
    assert "secret" not in str(failure.value)
    with pytest.raises(PublishingError, match="must be a URL such as") as failure:
        publish_to_postgres(published, "se cret=")
    assert "se cret" not in str(failure.value)
    monkeypatch.setattr(postgres, "psycopg", None)
    with pytest.raises(PublishingError, match="psycopg is not installed"):
        publish_to_postgres(published, url)
