"""Call dbt in this process: with the vars of a build, and for unit tests in a process beside it.

The vars of a build are those of dbt_project.yml, under a preset's, under the input path, under
those given in place.
"""

import argparse
import contextlib
import glob
import hashlib
import json
import multiprocessing
import os
import re
import sys
from pathlib import Path

from commands.paths import PROJECT, stop, warehouse_path

# Files that the unit tests can do without.
OPTIONAL_SOURCES = [
    "customers",
    "product_costs",
    "exchange_rates",
    "campaign_touches",
    "marketing_spend",
    "web_sessions",
]


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


def let_go_of_warehouse() -> None:
    """Close what dbt keeps open as long as its process lives."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    with contextlib.suppress(Exception):
        DuckDBConnectionManager.env().close()
    DuckDBConnectionManager.close_all_connections()


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
