"""Everything that guards the project: what `make test` and `make lint` run.

Steps are commands. Independent ones run side by side, and the log of a step is shown when it fails.
The sample is built twice, into a temporary folder: both warehouses must be equal row by row.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from commands.paths import PROJECT
from commands.reading import QUERIES

# How Python runs a tool; the scripts in .venv/bin name the folder that they were made in.
TOOLS = {
    "dbt": ["-c", "from dbt.cli.main import cli; cli()"],
    "dbt-bouncer": ["-c", "from dbt_bouncer.main import app; app()"],
    "pytest": ["-m", "pytest", "--color=no", "-p", "no:cacheprovider"],
}
PYTHON_CODE = ["benchmarks", "clientele", "python_models", "scripts", "tests"]


@dataclass
class Step:
    """One command and the names of the steps that must have succeeded before it."""

    name: str
    command: list[str]
    needs: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    # A file that is moved to another place before the command runs.
    move: tuple[Path, Path] | None = None


def tool(name: str, *arguments: str) -> list[str]:
    """Command line of a tool of the environment."""
    return [sys.executable, *TOOLS.get(name, ["-m", name]), *arguments]


def dbt(folder: Path, *arguments: str) -> list[str]:
    """Command line of dbt with its output in a folder of its own."""
    paths = ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    return tool("dbt", "--no-use-colors", *arguments, *paths)


def text_steps() -> list[Step]:
    """List the steps that read the source files alone, the longest first."""
    python_code = [folder for folder in PYTHON_CODE if (PROJECT / folder).exists()]
    return [
        Step("sqlfluff", tool("sqlfluff", "lint", "--disable-progress-bar", "models", "tests")),
        Step("yamllint", tool("yamllint", "--strict", ".")),
        Step("ruff check", tool("ruff", "check", "--quiet", *python_code)),
        Step("ruff format", tool("ruff", "format", "--check", "--quiet", "--diff", *python_code)),
    ]


def pytest_steps() -> list[Step]:
    """List several runs of pytest, so that two cores have work: long parts first, then the rest."""
    apart = ["tests/reference", "tests/python/test_input.py", "tests/sample"]
    ignored = [f"--ignore={path}" for path in apart]
    if not os.environ.get("CLIENTELE_REFERENCE_DATA"):
        print("Without CLIENTELE_REFERENCE_DATA the figures of public data sets are not checked.")
        apart.remove("tests/reference")
    apart.remove("tests/sample")
    return [
        *(Step(f"pytest {path}", tool("pytest", path)) for path in apart),
        Step("pytest (other tests, doctests)", tool("pytest", *ignored)),
    ]


def lint_steps(folder: Path) -> list[Step]:
    """List the steps of `make lint`: source files, and the conventions that a manifest shows."""
    return [
        Step(
            "dbt parse",
            dbt(folder, "--warn-error", "parse"),
            environment={"CLIENTELE_WAREHOUSE": str(folder / "unused.duckdb")},
        ),
        *text_steps(),
        Step(
            "dbt-bouncer",
            tool("dbt-bouncer", "run", "--only", "manifest_checks", "--show-all-failures"),
            needs=("dbt parse",),
            environment={"DBT_PROJECT_DIR": str(folder)},
        ),
    ]


def test_steps(folder: Path) -> list[Step]:
    """List the steps of `make test`."""
    # Both builds write one path, so that the second need not parse the project again. With another
    # number of threads, what depends on their order is not equal.
    built, first = folder / "warehouse.duckdb", folder / "first.duckdb"
    environment = {"CLIENTELE_WAREHOUSE": str(built), "CLIENTELE_THREADS": "1"}
    *first_pytest, other_pytest = pytest_steps()
    return [
        Step("dbt build (sample)", dbt(folder, "build"), environment=environment),
        *first_pytest,
        Step(
            "dbt docs",
            dbt(folder, "--warn-error", "docs", "generate", "--static", "--no-compile"),
            needs=("dbt build (sample)",),
            environment=environment,
        ),
        Step(
            "dbt build (again)",
            dbt(folder, "build", "--exclude-resource-type", "test", "unit_test"),
            needs=("dbt docs",),
            environment=environment | {"CLIENTELE_THREADS": "4"},
            move=(built, first),
        ),
        Step(
            "pytest tests/sample",
            # the report of a small shop is tested with the other tests
            tool("pytest", "tests/sample", "tests/python/test_report.py"),
            needs=("dbt build (again)",),
            environment={
                "CLIENTELE_SAMPLE_WAREHOUSE": str(built),
                "CLIENTELE_REPORT_WAREHOUSE": str(built),
            },
        ),
        other_pytest,
        *text_steps(),
        Step(
            "dbt-bouncer",
            tool("dbt-bouncer", "run", "--show-all-failures"),
            needs=("dbt build (again)",),
            environment={"DBT_PROJECT_DIR": str(folder)},
        ),
        Step(
            "both builds equal",
            [sys.executable, "scripts/compare_warehouses.py", str(first), str(built)],
            needs=("dbt build (again)",),
        ),
        Step(
            "publish",
            [sys.executable, "scripts/warehouse.py", "publish", "--tested"],
            needs=("dbt build (again)",),
            environment=environment | {"DBT_TARGET_PATH": str(folder / "target")},
        ),
        Step(
            "queries of make build",
            [sys.executable, "scripts/warehouse.py", "query", ";".join(QUERIES.values())],
            needs=("publish",),
            environment=environment,
        ),
    ]


def run(step: Step) -> tuple[int, float, str]:
    """Run a step; return its exit code, its seconds and its output."""
    started = time.monotonic()
    if step.move:
        shutil.move(*step.move)
    process = subprocess.run(
        step.command,
        cwd=PROJECT,
        # dbt-bouncer fits its table of failures to the terminal, and there is none.
        env=os.environ | {"COLUMNS": "180"} | step.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return process.returncode, time.monotonic() - started, process.stdout


def run_all(steps: list[Step], workers: int) -> tuple[bool, dict[str, str]]:
    """Run the steps in their order, as far as needs allow; return success and all logs."""
    waiting, running, done, failed = list(steps), {}, set(), set()
    logs: dict[str, str] = {}
    with ThreadPoolExecutor(workers) as pool:
        while waiting or running:
            for step in list(waiting):
                if failed & set(step.needs):
                    waiting.remove(step)
                    failed.add(step.name)
                    print(f"  skipped            {step.name}", flush=True)
                elif done >= set(step.needs) and len(running) < workers:
                    waiting.remove(step)
                    running[pool.submit(run, step)] = step
            if not running:
                continue
            ended: set[Future] = wait(running, return_when=FIRST_COMPLETED).done
            for future in ended:
                step = running.pop(future)
                code, seconds, logs[step.name] = future.result()
                (failed if code else done).add(step.name)
                verdict = "FAILED" if code else "ok"
                killed = f" (killed by signal {-code})" if code < 0 else ""
                print(f"  {verdict:<8}{seconds:6.1f} s   {step.name}{killed}", flush=True)
    for name, log in logs.items():
        if name in failed:
            print(f"\n==== {name}\n\n{log.strip()}", flush=True)
    return not failed, logs


def closing_line(logs: list[str], seconds: float) -> str:
    """Add up what the runs of pytest say in their last lines, and say it as pytest does."""
    counts: Counter[str] = Counter()
    for log in logs:
        last = re.findall(r"^=* ?(.*) in \d+\.\d+s\b.*$", log, re.MULTILINE)
        for count, outcome in re.findall(r"(\d+) (\w+)", last[-1] if last else "1 error"):
            counts[outcome.removesuffix("s")] += int(count)
    ordered = sorted(counts, key=lambda outcome: (outcome not in ("failed", "error"), outcome))
    told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in ordered)
    return f"==== {told} in {seconds:.2f}s ===="


def main() -> None:
    """Run the steps of `test` or `lint` and exit with 1 if one failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["test", "lint"])
    parser.add_argument("--workers", type=int, default=2, help="how many steps run at a time")
    arguments = parser.parse_args()
    started = time.monotonic()
    os.environ.setdefault("DBT_PROFILES_DIR", str(PROJECT / "profiles"))
    with tempfile.TemporaryDirectory(prefix="clientele-") as temporary:
        steps = (test_steps if arguments.what == "test" else lint_steps)(Path(temporary))
        print(f"{len(steps)} steps, {arguments.workers} at a time.\n", flush=True)
        succeeded, logs = run_all(steps, arguments.workers)
    seconds = time.monotonic() - started
    verdict = "Everything holds" if succeeded else "NOT everything holds"
    print(f"\n{verdict}, after {seconds:.0f} s.")
    of_pytest = [log for name, log in logs.items() if name.startswith("pytest")]
    if of_pytest:
        print(closing_line(of_pytest, seconds))
    sys.exit(not succeeded)


if __name__ == "__main__":
    main()
