"""Open what is published thousands of times while it is published, and while publishers are killed.

Readers are processes that open what is published, compare the stamp of every table and count all
rows. Meanwhile one version after another is published from a warehouse that was built; then the
publisher is killed at random moments. If asked for, whole builds of the sample run, one of them
with a test that cannot hold; then builds are killed. Builds run in a copy of the project.

Usage: python benchmarks/readers_and_writers.py clientele.duckdb --publishes 100 --kills 20
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from clientele.publishing import FILE_NAME, Mart, publish, read_version, version_of

PROJECT = Path(__file__).resolve().parent.parent
CANNOT_HOLD = "select headline_rank from {{ ref('fct_headlines') }}"
# Seconds between two reads, so that three readers leave the two cores to a build.
PAUSE = 0.1


def marts_in(warehouse: Path) -> list[Mart]:
    """List the tables of the schema marts."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        names = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by all"
        ).fetchall()
    return [Mart(name) for (name,) in names]


def opened_each_time(folder: Path) -> Iterator[str]:
    """Open the file, read it whole, close it."""
    while True:
        yield read_version(folder / FILE_NAME).name


def kept_open(folder: Path) -> Iterator[str]:
    """Keep the file open for a minute or more, and find the same version as long."""
    while True:
        closing = time.monotonic() + random.uniform(60, 180)
        with duckdb.connect(str(folder / FILE_NAME), read_only=True) as connection:
            first = version_of(connection, folder).name
            yield first
            while time.monotonic() < closing:
                name = version_of(connection, folder).name
                if name != first:
                    raise ValueError(f"{first} became {name} while it was open")
                yield name


def through_parquet(folder: Path) -> Iterator[str]:
    """Read the Parquet files of the folder that the link leads to, one of them cell by cell."""
    while True:
        parquet = Path(os.path.realpath(folder / "parquet"))
        with duckdb.connect() as connection:
            rows = connection.execute(
                "select parse_filename(file_name, true), num_rows from parquet_file_metadata($1)",
                [f"{parquet}/*.parquet"],
            ).fetchall()
            stamps = connection.execute(
                "select decode(value), count(*) from parquet_kv_metadata($1) "
                "where decode(key) = 'clientele_version' group by all",
                [f"{parquet}/*.parquet"],
            ).fetchall()
            connection.execute(
                "select bit_xor(hash(orders)) from read_parquet($1) as orders",
                [f"{parquet}/fct_orders.parquet"],
            ).fetchall()
        version = read_version(parquet.parent / FILE_NAME)
        if dict(rows) != version.row_counts or stamps != [(version.name, len(rows))]:
            raise ValueError(
                f"{parquet} does not hold what the file of version {version.name} does"
            )
        yield version.name


WAYS = {way.__name__: way for way in (opened_each_time, kept_open, through_parquet)}


def read(way: str, folder: Path, stop: Path, pause: float) -> None:
    """Read until there is a file that says stop; print what was seen."""
    reads, versions, problems = 0, set(), Counter()
    reader = WAYS[way](folder)
    while not stop.exists():
        try:
            versions.add(next(reader))
        except Exception as error:
            problems[f"{type(error).__name__}: {error}"] += 1
            reader = WAYS[way](folder)
        reads += 1
        time.sleep(pause)
    print(reads, len(versions), problems.total())
    for problem, times in problems.items():
        print(f"{times} x {problem}", file=sys.stderr)


class Readers:
    """Processes that read until the end of a block, and what they saw."""

    def __init__(self, folder: Path, ways: Sequence[str], pause: float = 0) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.stop = Path(self.folder.name) / "stop"
        self.ways = ways
        self.processes = [
            subprocess.Popen(
                [sys.executable, __file__, "--read", way, str(folder), str(self.stop), str(pause)],
                stdout=subprocess.PIPE,
                text=True,
            )
            for way in ways
        ]

    def __enter__(self) -> "Readers":
        """Take them as they are: they have begun."""
        return self

    def __exit__(self, *_: object) -> None:
        """End them, whatever has happened."""
        for process in self.processes:
            process.kill()

    def end(self) -> str:
        """Stop them and add up."""
        self.stop.touch()
        outputs = [process.communicate()[0].split() for process in self.processes]
        told = []
        for way in dict.fromkeys(self.ways):
            of_way = [output for output, its in zip(outputs, self.ways, strict=True) if its == way]
            reads, versions, errors = zip(*(map(int, output) for output in of_way), strict=True)
            told.append(
                f"{sum(reads):,} reads {way.replace('_', ' ')}, up to {max(versions)} versions "
                f"seen, {sum(errors)} errors"
            )
        return "; ".join(told)


def publish_repeatedly(warehouse: Path, folder: Path, times: int | None) -> None:
    """Publish so many times, or until killed."""
    marts = marts_in(warehouse)
    while times is None or times > 0:
        publish(warehouse, folder, marts)
        times = None if times is None else times - 1


def kill(command: list[str], seconds: float, environment: dict[str, str]) -> bool:
    """Start a command, kill it and its children after so many seconds; whether it still ran."""
    process = subprocess.Popen(
        command,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        pass
    was_running = process.poll() is None
    if was_running:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return was_running


def without_what_was_made(folder: str, names: list[str]) -> set[str]:
    """Name what is not to be copied: folders of that name further down are sources."""
    made = {name for name in names if name == "__pycache__" or name.endswith(".duckdb")}
    if Path(folder) == PROJECT:
        made |= {".git", ".venv", "target", "logs", "published", "report", "audiences"} & set(names)
    return made


class Builder:
    """Runs what `make build` runs, in a copy of the project that publishes to a folder."""

    def __init__(self, temporary: Path, published: Path) -> None:
        self.project, self.published = temporary / "project", published
        shutil.copytree(PROJECT, self.project, ignore=without_what_was_made)
        self.command = [sys.executable, str(self.project / "scripts" / "warehouse.py"), "build"]
        self.environment = {
            "CLIENTELE_WAREHOUSE": str(temporary / "built.duckdb"),
            "CLIENTELE_PUBLISHED": str(published),
            "DBT_PROFILES_DIR": str(self.project / "profiles"),
            "PYTHONPATH": str(self.project),
        }

    def build(self) -> float:
        """Build; return the seconds, or stop everything if no new version is published."""
        before, started = read_version(self.published / FILE_NAME).name, time.monotonic()
        process = self._run()
        if process.returncode or read_version(self.published / FILE_NAME).name == before:
            sys.exit(f"A build published nothing:\n{process.stdout}")
        return time.monotonic() - started

    def build_with_a_failing_test(self) -> None:
        """Build with a test that cannot hold; stop everything if it changes what is published."""
        test, before = self.project / "tests" / "marts" / "nothing_holds.sql", self._published()
        test.write_text(CANNOT_HOLD, encoding="utf-8")
        process = self._run()
        test.unlink()
        if not process.returncode or "nothing_holds" not in process.stdout:
            sys.exit(f"A test that cannot hold has held:\n{process.stdout}")
        if self._published() != before:
            sys.exit(f"A build whose test failed has changed {self.published}.")

    def _published(self) -> list[tuple[str, int]]:
        return sorted((str(path), path.stat().st_mtime_ns) for path in self.published.rglob("*"))

    def _run(self) -> subprocess.CompletedProcess:
        return subprocess.run(
            self.command,
            env=os.environ | self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def main() -> None:
    """Run the parts that are asked for and print their figures."""
    if sys.argv[1:2] == ["--read"]:
        way, folder, stop, pause = sys.argv[2:]
        read(way, Path(folder), Path(stop), float(pause))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("warehouse", type=Path, help="a DuckDB file that was built")
    parser.add_argument("--readers", type=int, default=3, help="of the publisher")
    parser.add_argument("--publishes", type=int, default=100)
    parser.add_argument("--kills", type=int, default=20, help="of the publisher")
    parser.add_argument("--builds", type=int, default=0, help="as make build does")
    parser.add_argument("--build-kills", type=int, default=0, help="of make build")
    parser.add_argument("--build-seconds", type=float, default=60, help="within which it is killed")
    parser.add_argument("--for-ever", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    warehouse = arguments.warehouse.resolve()
    if arguments.for_ever:
        publish_repeatedly(warehouse, arguments.for_ever, None)
        return

    chance = random.Random(0)
    with tempfile.TemporaryDirectory(prefix="clientele-") as temporary:
        folder = Path(temporary) / "published"
        publish_repeatedly(warehouse, folder, 1)
        openers = ["opened_each_time"] * arguments.readers

        if arguments.publishes:
            with Readers(folder, openers) as readers:
                started = time.monotonic()
                publish_repeatedly(warehouse, folder, arguments.publishes)
                seconds = time.monotonic() - started
                print(f"{arguments.publishes} publishes in {seconds:.0f} s: {readers.end()}")

        if arguments.kills:
            command = [sys.executable, __file__, str(warehouse), "--for-ever", str(folder)]
            with Readers(folder, openers) as readers:
                killed = 0
                while killed < arguments.kills:
                    killed += kill(command, chance.uniform(1, 6), {})
                    read_version(folder / FILE_NAME)
                    publish_repeatedly(warehouse, folder, 1)
                print(f"{killed} publishers killed, the next one succeeded: {readers.end()}")

        if not arguments.builds and not arguments.build_kills:
            return
        builder = Builder(Path(temporary), folder)
        if arguments.builds:
            with Readers(folder, list(WAYS), PAUSE) as readers:
                for number in range(arguments.builds):
                    if number == arguments.builds // 2:
                        builder.build_with_a_failing_test()
                        print("a build whose test failed published nothing", flush=True)
                    print(f"build {number + 1}: {builder.build():.0f} s", flush=True)
                print(f"{arguments.builds} builds: {readers.end()}", flush=True)

        if arguments.build_kills:
            with Readers(folder, list(WAYS), PAUSE) as readers:
                killed = 0
                for _ in range(arguments.build_kills):
                    moment = chance.uniform(1, arguments.build_seconds)
                    killed += kill(builder.command, moment, builder.environment)
                    read_version(folder / FILE_NAME)
                print(f"{killed} builds killed: {readers.end()}", flush=True)
            print(f"the next build succeeded in {builder.build():.0f} s")


if __name__ == "__main__":
    main()
