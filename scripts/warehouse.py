"""Build the warehouse, publish and query it, report on it: what `make build`, `publish` … run."""

import argparse
import gc
import os

from commands.building import build, docs, publish
from commands.paths import PROJECT
from commands.reading import audiences, query, report


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
