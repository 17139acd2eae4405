"""The metrics as the project defines them, so that no tile of the report defines its own.

The semantic models and the metrics of dbt are read as they are written. Simple, ratio and derived
metrics over sums, means and counts are understood: MetricFlow does more, and is not needed to
read a page.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

PROJECT_METRICS = Path(__file__).resolve().parents[2] / "models" / "marts" / "metrics"
AGGREGATES = {
    "sum": "sum({})",
    "average": "avg({})",
    "count": "count({})",
    "count_distinct": "count(distinct {})",
    "min": "min({})",
    "max": "max({})",
}
MART = re.compile(r"ref\(\s*['\"](\w+)['\"]\s*\)")
# What makes a part of a metric another number than the measure or metric that it names.
LIMITS = ("filter", "offset_window", "offset_to_grain")


class MetricError(Exception):
    """A metric that is not defined, or not so that the report understands it."""


@dataclass(frozen=True)
class Measure:
    """
    What a metric is counted on.

    Attributes
    ----------
    mart : str
        Name of the table.
    aggregate : str or None
        SQL of the total; None if it is one that the report cannot ask for.
    time_column : str or None
        The date that a period is asked by.
    """

    mart: str
    aggregate: str | None
    time_column: str | None


@dataclass(frozen=True)
class Metrics:
    """
    The metrics of a project.

    Attributes
    ----------
    metrics : dict of str to dict
        The definitions by name, as they are written.
    measures : dict of str to Measure
        The measures of all semantic models by name.
    """

    metrics: dict
    measures: dict

    def words(self):
        """
        Say what the metrics are called and what they count.

        Returns
        -------
        dict of str to dict
            By metric ``label`` and ``description``.
        """
        return {
            name: {
                "label": metric.get("label", name),
                "description": metric.get("description", "").strip(),
            }
            for name, metric in self.metrics.items()
        }

    def value(self, connection, name, start=None, end=None):
        """
        Ask the marts for a metric.

        Parameters
        ----------
        connection : duckdb.DuckDBPyConnection
            One whose current schema holds the marts.
        name : str
            The metric.
        start, end : str, optional
            First and last day of the period, such as 2025-01-31; without them all there is.

        Returns
        -------
        int, float, decimal.Decimal or None
            None where nothing is known, or a ratio has nothing to divide by.

        Raises
        ------
        MetricError
            If there is no such metric, or it is not understood.
        """
        if name not in self.metrics:
            raise MetricError(f"There is no metric {name}; there are: {', '.join(self.metrics)}.")
        metric = self.metrics[name]
        parameters = metric["type_params"]
        _refuse_limits(name, metric)

        def part(found):
            _refuse_limits(name, found)
            return self.value(connection, _name(found), start, end)

        if metric["type"] == "simple":
            return self._total(connection, parameters["measure"], start, end)
        if metric["type"] == "ratio":
            top, bottom = part(parameters["numerator"]), part(parameters["denominator"])
            return float(top) / float(bottom) if top is not None and bottom else None
        if metric["type"] == "derived":
            parts = {_name(found): part(found) for found in parameters["metrics"]}
            columns = ", ".join(f"cast(? as double) as {found}" for found in parts)
            query = f"select {parameters['expr']} from (select {columns})"
            return connection.execute(query, list(parts.values())).fetchone()[0]
        raise MetricError(
            f"{name} is a {metric['type']} metric; the report can ask for simple, ratio and "
            "derived ones."
        )

    def _total(self, connection, found, start, end):
        """Ask for the total of a measure."""
        _refuse_limits(_name(found), found)
        measure = self.measures[_name(found)]
        if measure.aggregate is None:
            raise MetricError(
                f"The report cannot total the measure {_name(found)}: its agg must be one of "
                f"{', '.join(AGGREGATES)}."
            )
        condition = "true"
        if start:
            condition = f"{measure.time_column} between date '{start}' and date '{end}'"
        total = connection.execute(
            f"select {measure.aggregate} from {measure.mart} where {condition}"
        ).fetchone()[0]
        if total is None and isinstance(found, dict):
            return found.get("fill_nulls_with")
        return total


def _name(found):
    """Name of a part of a metric, which is written short or at length."""
    return found["name"] if isinstance(found, dict) else found


def _refuse_limits(name, found):
    """Refuse what would be another number if it were left out."""
    limits = [limit for limit in LIMITS if isinstance(found, dict) and found.get(limit)]
    if limits:
        raise MetricError(f"{name} has a {limits[0]}, which the report cannot apply.")


def read_metrics(folder=PROJECT_METRICS):
    """
    Read semantic models and metrics.

    Parameters
    ----------
    folder : pathlib.Path
        Where the YAML files are.

    Returns
    -------
    Metrics

    Raises
    ------
    MetricError
        If no metric is defined there.

    Examples
    --------
    >>> metrics = read_metrics()
    >>> metrics.words()["orders"]
    {'label': 'Orders', 'description': 'Orders with an accepted sale line.'}
    >>> metrics.measures["active_customers"]
    Measure(mart='fct_orders',
            aggregate='count(distinct case when is_sale then customer_id end)',
            time_column='order_date')
    """
    metrics, measures = {}, {}
    for file in sorted(Path(folder).glob("*.yml")):
        written = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        metrics |= {metric["name"]: metric for metric in written.get("metrics", [])}
        for model in written.get("semantic_models", []):
            mart = MART.search(model["model"])[1]
            time_column = model.get("defaults", {}).get("agg_time_dimension")
            for measure in model.get("measures", []):
                column = measure.get("expr", measure["name"])
                aggregate = AGGREGATES.get(measure["agg"])
                measures[measure["name"]] = Measure(
                    mart, aggregate and aggregate.format(column), time_column
                )
    if not metrics:
        raise MetricError(f"No metric is defined in {folder}.")
    return Metrics(metrics, measures)


def metric_values(connection, metrics, names):
    """
    Ask the marts for metrics over all there is.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        One whose current schema holds the marts.
    metrics : Metrics
        What is defined.
    names : iterable of str
        Which of them.

    Returns
    -------
    dict
        The values by name; None for a metric whose mart is not there.
    """
    values = {}
    for name in names:
        try:
            values[name] = metrics.value(connection, name)
        except duckdb.CatalogException:
            values[name] = None
    return values
