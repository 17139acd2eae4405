"""Build the warehouse, publish and query it, report on it: what `make build`, `publish` … run.

The vars of a build are those of dbt_project.yml, under a preset's, under the input path, under
those given in place.
"""

import argparse
import contextlib
import gc
import glob
import hashlib
import json
import multiprocessing
import os
import re
import shlex
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

# How the last build ended: what may be published without testing it again.
LAST_BUILD = PROJECT / "target" / "last_build.json"
# With which models, macros and seeds the unit tests passed.
UNIT_TESTS_PASSED = PROJECT / "target" / "unit_tests_passed"

# What a user may ask first: a sentence and its query.
QUERIES = {
    "What moved most in the last month?": """
        select sentence
        from marts.fct_insights
        order by insight_rank
        limit 10
    """,
    "Which kinds of customers bring the money?": """
        select segment, customers, round(monetary_share, 3) as money_share
        from marts.fct_segment_profiles
        where segmentation = 'rfm'
        order by monetary_share desc
    """,
    "Do customers come back?": """
        select month_start_date, new_customers, retained_customers, round(retention_rate, 3) as rate
        from marts.fct_customer_base_monthly
        order by month_start_date
    """,
    "Who will be worth the most in the next half year?": """
        select customer_id, round(expected_orders_26w, 1) as orders, round(clv_6m, 2) as clv_6m
        from marts.fct_customer_lifetime_value
        order by clv_6m desc nulls last, customer_id
        limit 10
    """,
}
# Files that the unit tests can do without.
OPTIONAL_SOURCES = [
    "customers",
    "product_costs",
    "exchange_rates",
    "campaign_touches",
    "marketing_spend",
    "web_sessions",
]


def stop(sentence: str) -> None:
    """End the program with one sentence that stands out."""
    colour = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    print(
        f"\n\033[1;31m{sentence}\033[0m" if colour else f"\n{sentence}", file=sys.stderr, flush=True
    )
    sys.exit(2)


def warehouse_path() -> Path:
    """Path of the DuckDB file, as profiles/profiles.yml has it."""
    return PROJECT / os.environ.get("CLIENTELE_WAREHOUSE", "clientele.duckdb")


def published_path() -> Path:
    """Folder that the marts are published to: another warehouse has one of its own, beside it."""
    named = os.environ.get("CLIENTELE_PUBLISHED")
    if named:
        return PROJECT / os.path.expanduser(named)
    if not os.environ.get("CLIENTELE_WAREHOUSE"):
        return PROJECT / "published"
    return warehouse_path().with_name(f"{warehouse_path().stem}_published")


def readable_path(working: bool = False) -> Path:
    """Path of the file to read: what is published, or what is built if that is all there is."""
    from clientele.publishing import FILE_NAME

    path = published_path() / FILE_NAME
    if working or not path.exists():
        path = warehouse_path()
    if not path.exists():
        stop(f"There is no warehouse at {path}: run make build first.")
    return path


def preset_vars(preset: str) -> dict:
    """Vars of a file in presets/."""
    import yaml

    presets = sorted(path.stem for path in (PROJECT / "presets").glob("*.yml"))
    if preset not in presets:
        stop(f"There is no preset '{preset}'. The presets are: {', '.join(presets)}.")
    return yaml.safe_load((PROJECT / "presets" / f"{preset}.yml").read_text(encoding="utf-8")) or {}


def given_vars(text: str) -> dict:
    """Vars written in place, as YAML or JSON."""
    import yaml

    try:
        given = yaml.safe_load(text) or {}
    except yaml.YAMLError:
        given = None
    if not isinstance(given, dict):
        example = "VARS='{rfm_bins: 4, as_of_date: 2011-11-30}'"
        stop(f"VARS must be a mapping such as {example}, but it is: {text}")
    return given


def input_path(path: str, caller: Path) -> str:
    """Path of the input, from where the user is if it is there, else from the project folder."""
    path = os.path.expanduser(path)
    from_caller = str(caller / path)
    return from_caller if caller != PROJECT and glob.glob(from_caller) else path


def build_vars(arguments: argparse.Namespace) -> dict:
    """Vars of this build, the later ones over the earlier ones."""
    variables = preset_vars(arguments.preset) if arguments.preset else {}
    if arguments.input:
        # A preset without order lines reads customer summaries in their place.
        has_order_lines = variables.get("order_lines_path", "") is not None
        variables["order_lines_path" if has_order_lines else "customer_summaries_path"] = (
            input_path(arguments.input, Path(arguments.caller or PROJECT))
        )
    return variables | given_vars(arguments.vars)


def run_dbt(command: list[str], variables: dict, manifest=None):
    """Run dbt in this process and return its result; a manifest spares it parsing the project."""
    from dbt.cli.main import dbtRunner

    colours = [] if sys.stdout.isatty() else ["--no-use-colors"]
    given = ["--vars", json.dumps(variables, default=str, ensure_ascii=False)] if variables else []
    return dbtRunner(manifest=manifest).invoke([*colours, *command, *given])


def problem(result) -> str:
    """Say what stopped dbt, in one sentence where there is one."""
    if result.exception is not None:
        message = str(getattr(result.exception, "msg", None) or result.exception)
    else:
        bad = ("error", "fail", "runtime error")
        failed = [node for node in result.result if node.status in bad]
        errors = [node for node in failed if node.status != "fail"]
        if not errors:
            names = [
                f"{' '.join(node.node.description.split())} ({node.node.name})" for node in failed
            ]
            counted = "a test" if len(failed) == 1 else f"{len(failed)} tests"
            is_short = any(node.status == "skipped" for node in result.result)
            built = "The warehouse was built in part" if is_short else "The warehouse was built"
            return "\n".join([f"{built}, but {counted} failed:", *(name.strip() for name in names)])
        # An input check may be a hook of a model: which one says nothing to a user.
        message = re.sub(r"\ACompilation Error in [^\n]*\n", "", errors[0].message)
    # What dbt puts below is the stack of macros, and DuckDB how it reads a seed.
    return re.split(r"\n\s*(?:> in |Column \w+ is being converted)", message)[0].strip()


def fingerprint() -> str:
    """Digest of all that a unit test depends on: they bring their own rows and settings."""
    digest = hashlib.sha256()
    for folder in ("dbt_project.yml", "macros", "models", "requirements.lock", "seeds"):
        path = PROJECT / folder
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                digest.update(f"{file.relative_to(PROJECT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def run_unit_tests(manifest, log: Path) -> None:
    """Run the unit tests on empty tables of their own; what they say goes into the log."""
    output = os.open(log, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(output, stream)
    # a parsed project holds the name of its database, which is that of the file
    warehouse = log.parent / warehouse_path().name
    for left_over in (warehouse, warehouse.with_name(f"{warehouse.name}.wal")):
        left_over.unlink(missing_ok=True)
    os.environ["CLIENTELE_WAREHOUSE"] = str(warehouse)
    flags = ["--quiet", "--log-level-file", "none", "--no-write-json", "--no-populate-cache"]
    command = ["build", "--empty", "--exclude", "test_type:data", "--target-path", str(log.parent)]
    no_files = {f"{source}_path": None for source in OPTIONAL_SOURCES}
    result = run_dbt([*flags, *command], no_files, manifest)
    sys.exit(0 if result.success else 1)


def start_unit_tests(manifest) -> tuple[multiprocessing.Process, Path]:
    """Fork a process that runs the unit tests, and return it with its log.

    They bring their own rows, so that they can run beside the build, on another core.
    """
    log = PROJECT / "target" / "unit_tests" / "unit_tests.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    process = multiprocessing.get_context("fork").Process(
        target=run_unit_tests, args=(manifest, log)
    )
    process.start()
    return process, log


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


def let_go_of_warehouse() -> None:
    """Close what dbt keeps open as long as its process lives."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    with contextlib.suppress(Exception):
        DuckDBConnectionManager.env().close()
    DuckDBConnectionManager.close_all_connections()


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


def tell_headlines() -> None:
    """Print the sentences to read first."""
    import duckdb

    with (
        duckdb.connect(str(readable_path()), read_only=True) as connection,
        # a project may have done without that mart
        contextlib.suppress(duckdb.CatalogException),
    ):
        query = "select sentence from marts.fct_headlines order by headline_rank"
        sentences = connection.sql(query).fetchall()
        print("\nWhat to know first:" if sentences else "")
        for (sentence,) in sentences:
            print(f"  - {sentence}")


def write_page(warehouse: Path, output: Path) -> None:
    """Write the report and say where it is."""
    from clientele.report.page import write_report

    settings = {"memory_limit": os.environ.get("CLIENTELE_MEMORY_LIMIT", "4GB")}
    size = write_report(warehouse, output, settings=settings)
    print(f"\nThe report is {output} ({size / 1e6:.1f} MB): open it in a browser.")


def report_path() -> Path:
    """Path of the report: that of another warehouse stands beside it."""
    if os.environ.get("CLIENTELE_WAREHOUSE"):
        return warehouse_path().with_name(f"{warehouse_path().stem}_report.html")
    return PROJECT / "report" / "report.html"


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


def query(arguments: argparse.Namespace) -> None:
    """Print the answer of the published marts to a query, or of the warehouse that is built."""
    import duckdb

    from clientele.publishing import locked_by

    path = readable_path(arguments.working)
    if not arguments.sql.strip():
        stop('Say what to ask, for example: make query SQL="from marts.fct_orders limit 10"')
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            answer = connection.sql(arguments.sql)
            if answer is not None:
                answer.show(max_width=200 if not sys.stdout.isatty() else None, max_rows=200)
    except duckdb.Error as error:
        holder = locked_by(str(error))
        if holder:
            stop(f"{path} is open for writing in {holder}: wait until that has ended.")
        hint = "\n(The published file has the marts alone; WORKING=1 asks the file that is built.)"
        lacking = isinstance(error, duckdb.CatalogException) and path != warehouse_path()
        stop(f"{error}{hint if lacking else ''}")


def report(arguments: argparse.Namespace) -> None:
    """Write the report of what is published, or of another DuckDB file."""
    from clientele.report.page import ReportError

    caller = Path(arguments.caller or PROJECT)
    given = arguments.warehouse and caller / os.path.expanduser(arguments.warehouse)
    output = arguments.to and caller / os.path.expanduser(arguments.to)
    try:
        write_page(given or readable_path(), output or report_path())
    except ReportError as error:
        stop(str(error))


def audiences(arguments: argparse.Namespace) -> None:
    """Write who is in which audience, who entered and who left, as CSV and Parquet."""
    import duckdb

    from clientele.audiences import export_audiences

    path = readable_path()
    folder = PROJECT / "audiences"
    if arguments.to:
        folder = Path(arguments.caller or PROJECT, os.path.expanduser(arguments.to))
    try:
        export = export_audiences(path, folder)
    except (duckdb.Error, LookupError, OSError) as error:
        stop(str(error))
    previous = export.previous_as_of_date
    since = f"compared with {previous}" if previous else "the first ones, compared with nothing"
    print(f"The audiences of {export.as_of_date}, {since}:\n")
    for audience in export.audiences:
        told = [f"{audience.members} members"]
        if audience.is_contact:
            told.append(f"{audience.rows['']} to contact")
            told.append(f"{audience.rows['control_group']} in the control group")
        if previous:
            told.append(f"{audience.entered} entered, {audience.left} left")
        print(f"  {audience.kind:<8} {audience.name:<20} {'; '.join(told)}")
    if export.neutralised_customers:
        print(
            f"\nIn the CSV files {export.neutralised_customers} customer ids have an apostrophe in"
            " front, because a spreadsheet would run them as formulas; in the Parquet files not."
        )
    print(f"\nThey are in {export.folder}, as CSV (for spreadsheets) and Parquet (for programs).")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for command in (build, publish, docs):
        subparser = commands.add_parser(command.__name__, help=command.__doc__)
        subparser.set_defaults(run=command)
        subparser.add_argument("--preset", default="", help="name of a file in presets/")
        subparser.add_argument("--input", default="", help="path of the order lines")
        subparser.add_argument("--vars", default="", help="vars as a YAML mapping")
        subparser.add_argument("--caller", default="", help="folder of a relative input path")
        if command is publish:
            subparser.add_argument("--tested", action="store_true", help="the tests have passed")
    subparser = commands.add_parser("query", help=query.__doc__)
    subparser.set_defaults(run=query)
    subparser.add_argument("--working", action="store_true", help="ask the file that is built")
    subparser.add_argument("sql", help="one SQL statement")
    subparser = commands.add_parser("report", help=report.__doc__)
    subparser.set_defaults(run=report)
    subparser.add_argument("warehouse", nargs="?", default="", help="DuckDB file to report on")
    subparser.add_argument("--to", default="", help="file to write, else report/report.html")
    subparser.add_argument("--caller", default="", help="folder of relative paths")
    subparser = commands.add_parser("audiences", help=audiences.__doc__)
    subparser.set_defaults(run=audiences)
    subparser.add_argument("--to", default="", help="folder to write into, else audiences")
    subparser.add_argument("--caller", default="", help="folder of a relative path")
    arguments = parser.parse_args()
    os.chdir(PROJECT)
    os.environ.setdefault("DBT_PROFILES_DIR", str(PROJECT / "profiles"))
    # dbt keeps what it makes: looking for garbage in it costs 6 seconds of a minute
    gc.disable()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
