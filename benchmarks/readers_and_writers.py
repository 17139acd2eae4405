"""Open what is published thousands of times while it is published, and while publishers are killed.

Readers are processes that open the published file, compare the stamp of every table, count all rows
and close it. Meanwhile one version after another is published from a warehouse that was built; then
the publisher is killed at random moments; then, if asked for, whole builds of the sample are.

Usage: python benchmarks/readers_and_writers.py clientele.duckdb --publishes 100 --kills 20
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import duckdb

from clientele.publishing import FILE_NAME, Mart, publish, read_version

PROJECT = Path(__file__).resolve().parent.parent


def marts_in(warehouse: Path) -> list[Mart]:
    """List the tables of the schema marts."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        names = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by all"
        ).fetchall()
    return [Mart(name) for (name,) in names]


def read(file: Path, stop: Path) -> None:
    """Open until there is a file that says stop; print what was seen."""
    opens, versions, problems = 0, set(), Counter()
    while not stop.exists():
        try:
            versions.add(read_version(file).name)
        except Exception as error:
            problems[f"{type(error).__name__}: {error}"] += 1
        opens += 1
    print(opens, len(versions), problems.total())
    for problem, times in problems.items():
        print(f"{times} x {problem}", file=sys.stderr)


class Readers:
    """Processes that read until the end of a block, and what they saw."""

    def __init__(self, file: Path, count: int) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.stop = Path(self.folder.name) / "stop"
        command = [sys.executable, __file__, "--read", str(file), str(self.stop)]
        self.processes = [
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(count)
        ]

    def end(self) -> str:
        """Stop them and add up."""
        self.stop.touch()
        outputs = [process.communicate()[0].split() for process in self.processes]
        opens, versions, errors = zip(*(map(int, output) for output in outputs), strict=True)
        return f"{sum(opens):,} opens, up to {max(versions)} versions seen, {sum(errors)} errors"


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


def main() -> None:
    """Run the three parts and print their figures."""
    if sys.argv[1:2] == ["--read"]:
        read(*map(Path, sys.argv[2:]))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("warehouse", type=Path, help="a DuckDB file that was built")
    parser.add_argument("--readers", type=int, default=3)
    parser.add_argument("--publishes", type=int, default=100)
    parser.add_argument("--kills", type=int, default=20, help="of the publisher")
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
        file = folder / FILE_NAME

        readers, started = Readers(file, arguments.readers), time.monotonic()
        publish_repeatedly(warehouse, folder, arguments.publishes)
        seconds = time.monotonic() - started
        print(f"{arguments.publishes} publishes in {seconds:.0f} s: {readers.end()}", flush=True)

        readers, killed = Readers(file, arguments.readers), 0
        command = [sys.executable, __file__, str(warehouse), "--for-ever", str(folder)]
        while killed < arguments.kills:
            killed += kill(command, chance.uniform(1, 6), {})
            read_version(file)
            publish_repeatedly(warehouse, folder, 1)
        print(f"{killed} publishers killed, the next one succeeded: {readers.end()}", flush=True)

        if arguments.build_kills:
            readers, killed = Readers(file, arguments.readers), 0
            environment = {
                "CLIENTELE_WAREHOUSE": str(Path(temporary) / "killed.duckdb"),
                "CLIENTELE_PUBLISHED": str(folder),
            }
            command = [sys.executable, str(PROJECT / "scripts" / "warehouse.py"), "build"]
            for _ in range(arguments.build_kills):
                moment = chance.uniform(1, arguments.build_seconds)
                killed += kill(command, moment, environment)
                read_version(file)
            publish_repeatedly(warehouse, folder, 1)
            print(f"{killed} builds killed: {readers.end()}", flush=True)


if __name__ == "__main__":
    main()
