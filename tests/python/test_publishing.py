"""Whoever opens the published file finds a whole version, whatever happens to the publisher."""

from __future__ import annotations

import os
import random
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from clientele import publishing
from clientele.publishing import FILE_NAME, Mart, PublishingError, publish, read_version

TEXTS = ["<script>alert(1)</script>", '=HYPERLINK("x")', "line\nbreak", "a\0b", "£ 👍", "", None]
MARTS = [
    Mart("fct_orders", "What was ordered; it's tried.\nOne row per order.", {"note": "Its <b>."}),
    Mart("fct_empty", "Nothing. One row per nothing."),
    Mart("dim_texts", "Texts that bite. One row per text."),
]
# Publishes again and again until it is killed.
PUBLISH_FOR_EVER = """
import sys
from pathlib import Path
from clientele.publishing import Mart, publish

marts = [Mart(name) for name in sys.argv[3:]]
while True:
    publish(Path(sys.argv[1]), Path(sys.argv[2]), marts)
"""
# Opens again and again, and says how often and how many versions it saw when its input ends.
READ_FOR_EVER = """
import select
import sys
from pathlib import Path
from clientele.publishing import read_version

opens, seen, ended = 0, set(), False
while not ended:
    ended = select.select([sys.stdin], [], [], 0)[0]
    version = read_version(Path(sys.argv[1]))
    assert version.row_counts == {"fct_orders": 5000, "fct_empty": 0, "dim_texts": 7}
    opens += 1
    seen.add(version.name)
print(opens, len(seen))
"""


def python(program: str, *arguments: object, **options: object) -> subprocess.Popen:
    """Run a program beside this one."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def names_of(folder: Path) -> list[str]:
    """Names of the versions in a folder."""
    return [name for name in sorted(os.listdir(folder)) if name.startswith("2")]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of three marts and a private table."""
    path = tmp_path_factory.mktemp("built") / "it's.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create schema intermediate")
        connection.execute(
            "create table intermediate.int_as_of_date as select date '2024-03-31' as as_of_date"
        )
        connection.execute(
            """
            create table marts.fct_orders (
                order_id bigint not null,
                net_revenue decimal(18, 4),
                note varchar,
                ordered_at timestamp,
                "a ""quoted"" one" double
            );
            insert into marts.fct_orders
            select range, range / 3, 'order ' || range, to_timestamp(range), 'nan'
            from range(5000);
            create table marts.fct_empty (order_date date);
            create table marts.dim_texts (text varchar)
            """
        )
        connection.executemany("insert into marts.dim_texts values (?)", [[text] for text in TEXTS])
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the marts are published."""
    return tmp_path / "published"


@pytest.fixture
def readers(warehouse: Path, folder: Path) -> Iterator[Callable[[], list[tuple[int, int]]]]:
    """Two processes that read what is published, until the result is asked for."""
    publish(warehouse, folder, MARTS)
    running = [python(READ_FOR_EVER, folder / FILE_NAME) for _ in range(2)]

    def ended() -> list[tuple[int, int]]:
        results = [process.communicate("end\n") for process in running]
        assert [error for _, error in results] == ["", ""]
        return [tuple(map(int, output.split())) for output, _ in results]

    yield ended
    for process in running:
        process.kill()
        process.communicate()


def test_every_table_of_a_version_agrees_with_its_stamp(warehouse: Path, folder: Path) -> None:
    version = publish(warehouse, folder, MARTS, project_version="9.9")
    assert version.as_of_date == date(2024, 3, 31)
    assert version.row_counts == {"fct_orders": 5000, "fct_empty": 0, "dim_texts": 7}
    assert read_version(folder / FILE_NAME).name == version.name == os.readlink(folder / "current")
    with duckdb.connect(str(folder / FILE_NAME), read_only=True) as connection:
        stamp = connection.execute("select * exclude published_at from marts.published_version")
        assert stamp.fetchall() == [(version.name, date(2024, 3, 31), "9.9", 3)]
        assert connection.execute(
            "select distinct version from marts.published_tables"
        ).fetchall() == [(version.name,)]
    for mart in MARTS:
        parquet = folder / "parquet" / f"{mart.name}.parquet"
        stamped = duckdb.sql(
            f"select decode(value) from parquet_kv_metadata('{parquet}') "
            "where decode(key) = 'clientele_version'"
        )
        assert stamped.fetchall() == [(version.name,)]


def test_a_file_whose_tables_disagree_is_found_out(warehouse: Path, folder: Path) -> None:
    path = publish(warehouse, folder, MARTS).path
    path.chmod(0o644)
    for damage, sentence in {
        "comment on table marts.fct_empty is 'Version 0'": "fct_empty is not of version",
        "delete from marts.fct_orders where order_id = 7": "not every table has the rows",
        "drop table marts.dim_texts": "its tables are not those of version",
    }.items():
        with duckdb.connect(str(path)) as connection:
            connection.execute(damage)
        with pytest.raises(PublishingError, match=sentence):
            read_version(path)
        publish(warehouse, folder, MARTS)
        path = folder / "current" / FILE_NAME
        path.chmod(0o644)


def test_marts_come_through_with_types_constraints_comments_and_every_text(
    warehouse: Path, folder: Path
) -> None:
    publish(warehouse, folder, MARTS)
    with duckdb.connect(str(folder / FILE_NAME), read_only=True) as connection:
        connection.execute(
            f"attach '{str(warehouse).replace(chr(39), chr(39) * 2)}' as built (read_only)"
        )
        ours, theirs = (
            connection.execute(
                "select table_name, sql from duckdb_tables() where database_name = ? "
                "and schema_name = 'marts' and table_name not like 'published%' order by 1",
                [database],
            ).fetchall()
            for database in (FILE_NAME.removesuffix(".duckdb"), "built")
        )
        assert ours == theirs
        for mart in MARTS:
            for source in (f"marts.{mart.name}", f"'{folder}/parquet/{mart.name}.parquet'"):
                assert connection.execute(
                    f"select count(*) from (from {source} except all from built.marts.{mart.name})"
                ).fetchall() == [(0,)]
        texts = connection.execute("from marts.dim_texts").fetchall()
        assert [text for (text,) in texts] == TEXTS
        [comment] = connection.execute(
            "select comment from duckdb_tables() "
            "where table_name = 'fct_orders' and database_name <> 'built'"
        ).fetchone()
        assert comment.startswith(MARTS[0].description)
        assert connection.execute(
            "select column_name, comment from duckdb_columns() where comment is not null"
        ).fetchall() == [("note", "Its <b>.")]
        private = connection.execute(
            "select count(*) from duckdb_tables() "
            "where database_name <> 'built' and schema_name <> 'marts'"
        )
        assert private.fetchall() == [(0,)]


def test_readers_find_a_whole_version_while_others_are_published(
    warehouse: Path, folder: Path, readers: Callable[[], list[tuple[int, int]]]
) -> None:
    ends, published = time.monotonic() + 2, 0
    while published < 8 or time.monotonic() < ends:
        publish(warehouse, folder, MARTS)
        published += 1
    results = readers()
    assert sum(opens for opens, _ in results) >= published
    assert max(seen for _, seen in results) >= 2


def test_a_publisher_that_is_killed_leaves_the_last_version_and_the_next_one_tidies_up(
    warehouse: Path, folder: Path, readers: Callable[[], list[tuple[int, int]]]
) -> None:
    chance = random.Random(1)
    publisher = python(PUBLISH_FOR_EVER, warehouse, folder, *(mart.name for mart in MARTS))
    before = names_of(folder)
    while names_of(folder) == before:
        assert publisher.poll() is None, publisher.stderr.read()
        time.sleep(0.01)
    for _ in range(5):
        time.sleep(chance.uniform(0.02, 0.2))
        publisher.kill()
        publisher.communicate()
        assert publisher.returncode == -signal.SIGKILL
        last = read_version(folder / FILE_NAME).name
        assert publish(warehouse, folder, MARTS).name > last
        assert sorted(os.listdir(folder)) == sorted(
            [".lock", *names_of(folder), FILE_NAME, "current", "parquet"]
        )
        publisher = python(PUBLISH_FOR_EVER, warehouse, folder, *(mart.name for mart in MARTS))
        time.sleep(0.2)
    publisher.kill()
    publisher.communicate()
    readers()


@pytest.mark.parametrize("step", ["_bring_to_disk", "_lead_to", "_replace_link", "_prune"])
def test_wherever_the_publisher_fails_readers_have_a_whole_version(
    warehouse: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    first = publish(warehouse, folder, MARTS).name

    def fail(*arguments: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(publishing, step, fail)
        with pytest.raises(PublishingError, match="Input/output error"):
            publish(warehouse, folder, MARTS)
    found = read_version(folder / FILE_NAME).name
    assert (found > first) if step == "_prune" else (found == first)
    assert publish(warehouse, folder, MARTS).name > found


def test_a_reader_keeps_the_version_that_it_opened(warehouse: Path, folder: Path) -> None:
    first = publish(warehouse, folder, MARTS).name
    asked = "select version from marts.published_version"
    with duckdb.connect(str(folder / FILE_NAME), read_only=True) as reader:
        names = [publish(warehouse, folder, MARTS, kept=2).name for _ in range(3)]
        assert reader.execute(asked).fetchall() == [(first,)]
        assert len(reader.execute("from marts.fct_orders").fetchall()) == 5000
        # in one process, too, the name leads to the newest version
        with duckdb.connect(str(folder / FILE_NAME), read_only=True) as other:
            assert other.execute(asked).fetchall() == [(names[-1],)]
    assert names_of(folder) == names[-2:]


def test_versions_of_one_moment_and_of_a_clock_that_went_back_are_in_order(
    warehouse: Path, folder: Path
) -> None:
    (folder / "99990101T000000.000000Z").mkdir(parents=True)
    names = [publish(warehouse, folder, MARTS, kept=9).name for _ in range(2)]
    assert names == ["99990101T000000.000001Z", "99990101T000000.000002Z"]


def test_where_links_are_not_possible_the_file_itself_is_replaced(
    warehouse: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    for can_link in (True, False):
        if not can_link:
            monkeypatch.setattr(os, "link", refuse)
        for _ in range(2):
            version = publish(warehouse, folder, MARTS)
            assert not (folder / FILE_NAME).is_symlink()
            assert read_version(folder / FILE_NAME).name == version.name


def test_nobody_can_open_a_published_file_for_writing(warehouse: Path, folder: Path) -> None:
    path = publish(warehouse, folder, MARTS).path
    assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_what_is_in_the_way_is_named(warehouse: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for folder in (file, file / "below"):
        with pytest.raises(PublishingError, match="Nothing was published to the folder .*file"):
            publish(warehouse, folder, MARTS)
    for name in ("current", "parquet"):
        taken = tmp_path / f"taken_{name}"
        (taken / name).mkdir(parents=True)
        with pytest.raises(PublishingError, match=f"{name} is in the way"):
            publish(warehouse, taken, MARTS)
        assert names_of(taken) == []


def test_a_file_that_is_not_published_is_never_replaced(warehouse: Path, tmp_path: Path) -> None:
    working = tmp_path / FILE_NAME
    working.write_bytes(warehouse.read_bytes())
    for built in (working, warehouse):
        with pytest.raises(PublishingError, match="is no published file"):
            publish(built, tmp_path, MARTS)
    assert working.read_bytes() == warehouse.read_bytes()


def test_a_folder_that_cannot_be_written_is_named(
    warehouse: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(PublishingError, match="published cannot be written: CLIENTELE_PUBLISHED"):
        publish(warehouse, folder, MARTS)


def test_a_full_disk_leaves_what_was_published(warehouse: Path, folder: Path) -> None:
    first = publish(warehouse, folder, MARTS).name
    limited = python(
        PUBLISH_FOR_EVER,
        warehouse,
        folder,
        *(mart.name for mart in MARTS),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )
    _, errors = limited.communicate(timeout=60)
    assert "PublishingError: Nothing was published" in errors
    assert read_version(folder / FILE_NAME).name == first
    assert names_of(folder) == [first]


def test_a_mart_or_a_warehouse_that_is_not_there_is_named(warehouse: Path, folder: Path) -> None:
    with pytest.raises(PublishingError, match="lacks fct_gone: run make build"):
        publish(warehouse, folder, [*MARTS, Mart("fct_gone")])
    with pytest.raises(PublishingError, match="There is no warehouse at .*gone.duckdb"):
        publish(warehouse.with_name("gone.duckdb"), folder, MARTS)
    with pytest.raises(PublishingError, match="no model is public"):
        publish(warehouse, folder, [])
    assert names_of(folder) == []


def test_who_writes_the_warehouse_is_named(warehouse: Path, folder: Path) -> None:
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); input()"
    writer = python(hold, warehouse)
    assert writer.stdout.readline() == "1\n"
    with pytest.raises(PublishingError, match=rf"is open for writing in .*\(PID {writer.pid}\)"):
        publish(warehouse, folder, MARTS)
    writer.communicate("\n")
