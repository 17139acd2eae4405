"""What dbt gives to Jinja, as far as linting needs it: plausible SQL, and the project's vars.

sqlfluff loads this package as its library_path and puts every name of it into the context.
"""

from pathlib import Path as _Path

import jinja2 as _jinja2
import yaml as _yaml

_PROJECT = _Path(__file__).resolve().parents[2]
# sqlfluff loads this for every file: YAML is parsed in C where that is there.
_LOADER = getattr(_yaml, "CSafeLoader", _yaml.SafeLoader)
_VARS = _yaml.load((_PROJECT / "dbt_project.yml").read_text(encoding="utf-8"), _LOADER)["vars"]

execute = False


def var(name, default=None):
    """Return the value of a var as dbt_project.yml sets it."""
    return _VARS.get(name, default)


def config(*args, **kwargs):
    """Render a config block: to nothing."""
    return ""


def _call(name):
    def render(*args, **kwargs):
        return f"{name}({', '.join(str(value) for value in (*args, *kwargs.values()))})"

    return render


class _Dbt:
    """The cross-database macros: a function call of the same name, unless that is no SQL."""

    def __getattr__(self, name):
        return _call(name)

    def concat(self, fields):
        return " || ".join(fields)

    def safe_cast(self, field, type):
        return f"cast({field} as {type})"

    def type_string(self):
        return "varchar"

    def type_timestamp(self):
        return "timestamp"


class _Adapter:
    """The adapter, as the macros of this project use it."""

    def quote(self, name):
        return f'"{name}"'

    def get_columns_in_relation(self, relation):
        return []

    @_jinja2.pass_context
    def dispatch(self, context, name, macro_namespace=None):
        return context.resolve(f"default__{name}")


dbt = _Dbt()
adapter = _Adapter()
