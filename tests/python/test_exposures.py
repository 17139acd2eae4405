"""The exposures name what is read, so that a change of a mart shows whom it meets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import PROJECT, Warehouse


@pytest.fixture(scope="module")
def manifest(run_dbt: Callable[..., Warehouse], target: Path) -> dict:
    return json.loads((target / "manifest.json").read_text())


def read_by(manifest: dict, exposure: str) -> set[str]:
    """Names of the models that an exposure depends on."""
    node = manifest["exposures"][f"exposure.clientele.{exposure}"]
    return {model.rpartition(".")[2] for model in node["depends_on"]["nodes"]}


def marts(manifest: dict) -> set[str]:
    """Names of the public models."""
    nodes = manifest["nodes"].values()
    return {node["name"] for node in nodes if node.get("access") == "public"}


def test_every_mart_is_published(manifest: dict) -> None:
    assert read_by(manifest, "published_marts") == marts(manifest)


@pytest.mark.parametrize(
    ("exposure", "code"),
    [("report", "clientele/report/*.py"), ("audiences", "clientele/audiences.py")],
)
def test_what_the_code_reads_is_exposed(manifest: dict, exposure: str, code: str) -> None:
    words = {word for file in PROJECT.glob(code) for word in re.findall(r"\w+", file.read_text())}
    assert read_by(manifest, exposure) == marts(manifest) & words


def test_the_front_page_of_the_documentation_leads_to_what_is_there(manifest: dict) -> None:
    page = manifest["docs"]["doc.clientele.__overview__"]["block_contents"]
    linked = set(re.findall(r"#!/\w+/([\w.]+)", page))
    assert linked <= manifest["nodes"].keys() | manifest["exposures"].keys()
    assert {link.rpartition(".")[2] for link in linked} >= {"fct_headlines", "published_marts"}
