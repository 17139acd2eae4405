"""Build the warehouse, publish what has passed its tests, and document it."""

import argparse
import json
import os
import shlex
import time

from commands.dbt_calls import (
    build_vars,
    fingerprint,
    let_go_of_warehouse,
    problem,
    run_dbt,
    start_unit_tests,
)
from commands.paths import PROJECT, published_path, readable_path, report_path, stop, warehouse_path
from commands.reading import QUERIES, tell_headlines, write_page

# How the last build ended: what may be published without testing it again.
LAST_BUILD = PROJECT / "target" / "last_build.json"
# With which models, macros and seeds the unit tests passed.
UNIT_TESTS_PASSED = PROJECT / "target" / "unit_tests_passed"


def refuse_if_open() -> None:
    """Stop if another program has the warehouse open: DuckDB could not write it."""
    import duckdb

    from clientele.publishing import FILE_NAME, locked_by

    path = warehouse_path()
    if not path.is_file():
        return
    try:
        duckdb.connect(str(path)).close()
    except duckdb.Error as error:
        holder = locked_by(str(error))
        if holder:
            stop(
                f"The build writes {path}, which is open in {holder}: close it there. "
                f"To read while a build runs, open {published_path() / FILE_NAME}."
            )


def state_of_file() -> dict:
    """Tell whether the warehouse is the one that a build has left."""
    path = warehouse_path()
    found = path.stat() if path.is_file() else None
    return {
        "warehouse": str(path),
        "changed": found and found.st_mtime_ns,
        "size": found and found.st_size,
    }


def last_build() -> dict:
    """Read how the last build of this warehouse ended; empty if nobody knows."""
    try:
        state = json.loads(LAST_BUILD.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if state.get("warehouse") == str(warehouse_path()) else {}


def note_build(ended_well: bool) -> None:
    """Write down how far a build is, for a publisher that comes later."""
    LAST_BUILD.parent.mkdir(parents=True, exist_ok=True)
    LAST_BUILD.write_text(json.dumps(state_of_file() | {"ended_well": ended_well}))


def publish_marts(manifest, variables: dict) -> None:
    """Publish what is built, as files and where CLIENTELE_POSTGRES says so on a server."""
    import yaml

    from clientele.checks import whole_number
    from clientele.publishing import FILE_NAME, PublishingError, marts_of, publish

    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    name = "published_versions_kept"
    settings = {"memory_limit": os.environ.get("CLIENTELE_MEMORY_LIMIT", "4GB")}
    started = time.monotonic()
    try:
        version = publish(
            warehouse_path(),
            published_path(),
            marts_of(manifest.nodes.values()),
            kept=whole_number(name, variables.get(name, project["vars"][name]), at_least=2),
            project_version=project["version"],
            settings=settings,
        )
    except (PublishingError, ValueError) as error:
        stop(str(error))
    print(
        f"\nPublished {len(version.row_counts)} marts as version {version.name}, in "
        f"{time.monotonic() - started:.1f} s. Read them, also while a build runs, in:\n"
        f"  {published_path() / FILE_NAME}\n  {published_path() / 'parquet'}"
    )
    url = os.environ.get("CLIENTELE_POSTGRES")
    if url:
        from clientele.postgres import publish_to_postgres

        try:
            publish_to_postgres(version.path, url)
        except PublishingError as error:
            stop(str(error))
        print("  the schema marts of the PostgreSQL server that CLIENTELE_POSTGRES names")


def build(arguments: argparse.Namespace) -> None:
    """Build everything, publish the marts, and say where they are and what to ask them."""
    variables = build_vars(arguments)
    refuse_if_open()
    passed, now = UNIT_TESTS_PASSED, fingerprint()
    have_passed = passed.exists() and passed.read_text() == now
    if have_passed:
        print("The unit tests passed with these models, macros and seeds: they need not run again.")
    else:
        print("The unit tests of the models run beside the build; their failures come at its end.")
    parsed = run_dbt(["--quiet", "--no-write-json", "parse"], variables)
    if not parsed.success:
        stop(problem(parsed))
    unit_tests, log = None, None
    if not have_passed:
        # two processes of one thread each are faster on two cores than three threads
        os.environ.setdefault("CLIENTELE_THREADS", str(max(1, (os.cpu_count() or 2) - 1)))
        unit_tests, log = start_unit_tests(parsed.result)
    try:
        note_build(ended_well=False)
        command = ["build", "--exclude-resource-type", "unit_test"]
        result = run_dbt(command, variables, parsed.result)
        if not result.success:
            stop(problem(result))
        if unit_tests:
            print("\nWaiting for the unit tests …", flush=True)
            unit_tests.join()
            if unit_tests.exitcode:
                stop(
                    f"{log.read_text().strip()}\n\nThe warehouse was built, but unit tests failed."
                )
            print("The unit tests passed.")
            passed.write_text(now)
    finally:
        if unit_tests:
            unit_tests.kill()
            unit_tests.join()
    let_go_of_warehouse()
    note_build(ended_well=True)
    for outcome in result.result:
        if outcome.status == "warn":
            print(f"\nA warning: {' '.join(outcome.node.description.split()) or outcome.node.name}")
    publish_marts(parsed.result, variables)
    from clientele.report.page import ReportError

    try:
        write_page(readable_path(), report_path())
    except ReportError as error:
        print(f"\nThere is no report: {error}")
    tell_headlines()
    given = [
        f" {name}={shlex.quote(os.environ[name])}"
        for name in ("CLIENTELE_WAREHOUSE", "CLIENTELE_PUBLISHED")
        if os.environ.get(name)
    ]
    ask = f"make query{''.join(given)}"
    print("\nQuestions to begin with:")
    for question, sql in QUERIES.items():
        print(f'\n  # {question}\n  {ask} SQL="{" ".join(sql.split())}"')


def publish(arguments: argparse.Namespace) -> None:
    """Publish the marts of the warehouse as it is, if it is tested or passes its tests now."""
    if not warehouse_path().is_file():
        stop(f"There is no warehouse at {warehouse_path()}: run make build first.")
    variables, state = build_vars(arguments), last_build()
    if state and not state["ended_well"]:
        stop(
            f"Nothing was published: the last build of {warehouse_path()} failed or was stopped. "
            "Run make build, which publishes when its tests have passed."
        )
    parsed = run_dbt(["--quiet", "--no-write-json", "parse"], variables)
    if not parsed.success:
        stop(problem(parsed))
    if not arguments.tested and state != state_of_file() | {"ended_well": True}:
        print("Nobody knows whether this warehouse passed its tests: they run first.", flush=True)
        tests = ["test", "--exclude", "test_type:unit"]
        result = run_dbt(["--quiet", *tests], variables, parsed.result)
        if not result.success:
            stop(f"Nothing was published. {problem(result)}")
        let_go_of_warehouse()
    publish_marts(parsed.result, variables)


def docs(arguments: argparse.Namespace) -> None:
    """Write the documentation of dbt as one HTML file."""
    if not warehouse_path().exists():
        stop(f"There is no warehouse at {warehouse_path()}: run make build first.")
    result = run_dbt(["docs", "generate", "--static"], build_vars(arguments))
    if not result.success:
        stop(problem(result))
    page = PROJECT / "target" / "static_index.html"
    print(f"\nThe documentation is {page}: open it in a browser.")
