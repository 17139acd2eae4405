"""The page of the report: what the marts say, in one HTML file that needs nothing else.

Plotly's JavaScript comes out of its Python package, and the page forbids itself every request, so
that it opens from a disk, from an e-mail or behind a firewall alike.
"""

import base64
import gzip
import json
import os
import tempfile
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import duckdb
import jinja2

from clientele.report.cube import sales_cube
from clientele.report.metrics import MetricError, metric_values, read_metrics
from clientele.report.panels import AHEAD_METRICS, panel_results, report_panels, value

STYLE = "report.css"
# In the order in which the page runs them.
SCRIPTS = ("cube.js", "draw.js", "cards.js", "plan_cards.js", "report.js")
# What a warehouse must have for a report of it.
NEEDED_MARTS = ("fct_orders", "fct_customer_rfm", "fct_sales_monthly")


class ReportError(Exception):
    """A report that cannot be made, and why, in one sentence."""


def json_for_script(found):
    r"""
    Write a value as JSON that may stand inside a script element.

    Parameters
    ----------
    found : object
        What json.dumps takes.

    Returns
    -------
    str
        JSON in which no text ends the element or a line of JavaScript.

    Examples
    --------
    >>> json_for_script("<script>&\u2028")
    '"\\u003cscript\\u003e\\u0026\\u2028"'
    """
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def packed(text):
    """
    Compress a text for a page; the same text always gives the same letters.

    Parameters
    ----------
    text : str
        What is compressed.

    Returns
    -------
    str
        The gzip stream, in base64.

    Examples
    --------
    >>> gzip.decompress(base64.b64decode(packed("a" * 1000))) == b"a" * 1000
    True
    """
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


def connect(path, schema="marts", settings=None):
    """
    Open a warehouse to read.

    Parameters
    ----------
    path : pathlib.Path
        The DuckDB file: the working one or a published one.
    schema : str
        The schema of its marts.
    settings : dict of str to str, optional
        Settings of DuckDB, such as its memory_limit.

    Returns
    -------
    duckdb.DuckDBPyConnection
        One of a database in memory, which the warehouse is attached to: temporary tables stay out
        of it.

    Raises
    ------
    ReportError
        If there is no such file, or it holds no marts.
    """
    if not Path(path).is_file():
        raise ReportError(f"There is no warehouse at {path}: run make build first.")
    connection = duckdb.connect(config=settings or {})
    quoted = str(path).replace("'", "''")
    try:
        connection.execute(f"attach '{quoted}' as warehouse (read_only)")
        connection.execute(f"use warehouse.{schema}")
        present = {
            name
            for (name,) in connection.execute(
                "select table_name from information_schema.tables "
                "where table_catalog = 'warehouse' and table_schema = ?",
                [schema],
            ).fetchall()
        }
    except duckdb.Error as error:
        connection.close()
        raise ReportError(f"{path}: {error}") from error
    missing = [mart for mart in NEEDED_MARTS if mart not in present]
    if missing:
        connection.close()
        raise ReportError(f"{path} has no {', '.join(missing)}: run make build first.")
    return connection


def _first_row(connection, query):
    """Return the first row as a mapping; empty if there is no row or no such table."""
    try:
        answer = connection.execute(query)
    except duckdb.CatalogException:
        return {}
    row = answer.fetchone()
    return dict(zip([column[0] for column in answer.description], row, strict=True)) if row else {}


def about(connection, path):
    """
    Say what the report is of.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        From :func:`connect`.
    path : pathlib.Path
        The file.

    Returns
    -------
    dict
        ``currency``, ``as_of_date``, ``first_date``, ``built_at``, ``version`` and
        ``top_customers``. A file that was not published has no version, and was built when it was
        last written.
    """
    try:
        settings = {
            name: json.loads(text)
            for name, text in connection.execute(
                "select setting, setting_json from rpt_settings"
            ).fetchall()
        }
    except duckdb.CatalogException:
        settings = {}
    published = _first_row(connection, "select * from published_version")
    built_at = published.get("published_at")
    if built_at is None:
        built_at = datetime.fromtimestamp(Path(path).stat().st_mtime, UTC)
    dates = _first_row(
        connection,
        "select min(order_date) as first_date, max(order_date) as last_date from fct_orders",
    )
    as_of_date = settings.get("as_of_date") or published.get("as_of_date") or dates["last_date"]
    return {
        "currency": settings.get("reporting_currency"),
        "top_customers": int(settings.get("report_top_customers") or 0),
        "lapse_days": settings.get("lapse_days"),
        "as_of_date": str(as_of_date),
        "first_date": str(dates["first_date"]),
        "built_at": f"{built_at:%Y-%m-%d %H:%M} UTC",
        "version": published.get("version"),
    }


def report_data(connection, path):
    """
    Ask the marts everything that the report shows.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        From :func:`connect`.
    path : pathlib.Path
        The file that it reads.

    Returns
    -------
    dict
        ``about``, ``cube`` and ``panels``, as :func:`about`, :func:`.cube.sales_cube` and
        :func:`.panels.panel_results` describe them; ``metrics``, label and description of each, and
        ``value`` of those that look ahead, which no filter changes.
    """
    found = about(connection, path)
    defined = read_metrics()
    metrics = defined.words()
    for name, ahead in metric_values(connection, defined, AHEAD_METRICS).items():
        metrics[name]["value"] = value(ahead)
    return {
        "metrics": metrics,
        "about": found,
        "cube": sales_cube(connection),
        "panels": panel_results(connection, report_panels(found["top_customers"])),
    }


def plotly_script():
    """Read Plotly's JavaScript out of its Python package."""
    script = resources.files("plotly") / "package_data" / "plotly.min.js"
    return script.read_text(encoding="utf-8")


def page(data):
    """
    Write the page.

    Parameters
    ----------
    data : dict
        From :func:`report_data`.

    Returns
    -------
    str
        HTML.
    """
    folder = resources.files("clientele.report") / "templates"
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string((folder / "report.html.j2").read_text(encoding="utf-8"))
    safe = jinja2.utils.markupsafe.Markup
    scripts = "\n".join((folder / name).read_text(encoding="utf-8") for name in SCRIPTS)
    # the shell of the page stands in it as text; the bulk is compressed to a quarter
    return template.render(
        about=data["about"],
        style=safe((folder / STYLE).read_text(encoding="utf-8")),
        script=safe(scripts),
        about_json=safe(json_for_script(data["about"])),
        data_packed=packed(
            json_for_script({name: data[name] for name in ("cube", "metrics", "panels")})
        ),
        plotly_packed=packed(plotly_script()),
    )


def write_report(warehouse, output, schema="marts", settings=None):
    """
    Write the report of a warehouse; whoever opens it meanwhile sees the old one or the new one.

    Parameters
    ----------
    warehouse : pathlib.Path
        The DuckDB file.
    output : pathlib.Path
        The HTML file.
    schema : str
        The schema of the marts.
    settings : dict of str to str, optional
        Settings of DuckDB.

    Returns
    -------
    int
        Size of the file in bytes.

    Raises
    ------
    ReportError
        If the warehouse is not there, not built or built by another version, or holds no orders; or
        if the metrics are not defined.
    """
    connection = connect(warehouse, schema, settings)
    try:
        if not connection.execute("select count(*) from fct_sales_monthly").fetchone()[0]:
            raise ReportError(f"{warehouse} has no orders, so that there is nothing to report on.")
        html = page(report_data(connection, warehouse))
    except MetricError as error:
        raise ReportError(str(error)) from error
    except (duckdb.BinderException, duckdb.CatalogException) as error:
        found = str(error).splitlines()[0]
        raise ReportError(
            f"{warehouse} was built by another version of Clientele: run make build first ({found})"
        ) from error
    finally:
        connection.close()
    output = Path(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(html)
            file.flush()
            os.fsync(file.fileno())
        # a temporary file is its owner's alone; a report is for others too
        os.chmod(name, 0o644)
        os.replace(name, output)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return output.stat().st_size
