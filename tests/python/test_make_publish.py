"""Only what a build has tested to its end is published, and by name it can be asked at once."""

from __future__ import annotations

import argparse
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import duckdb
import pytest

from clientele.publishing import FILE_NAME, read_version

PROJECT = Path(__file__).resolve().parents[2]
NOTHING = argparse.Namespace(preset="", input="", vars="", caller="", tested=False)


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Builds and publishes a warehouse of one mart, with a dbt whose build and tests succeed."""
    monkeypatch.syspath_prepend(PROJECT / "scripts")
    module = importlib.import_module("commands.building")
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create table marts.fct_orders as select 1 as one")
    monkeypatch.setenv("CLIENTELE_WAREHOUSE", str(path))
    monkeypatch.delenv("CLIENTELE_PUBLISHED", raising=False)
    monkeypatch.delenv("CLIENTELE_POSTGRES", raising=False)
    monkeypatch.setattr(module, "LAST_BUILD", tmp_path / "target" / "last_build.json")
    # the unit tests count as passed
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "unit_tests_passed").write_text("same")
    monkeypatch.setattr(module, "fingerprint", lambda: "same")
    monkeypatch.setattr(module, "UNIT_TESTS_PASSED", tmp_path / "target" / "unit_tests_passed")
    module.commands = []
    answer_as(module, monkeypatch, {})
    return module


def answer_as(
    scripts: ModuleType, monkeypatch: pytest.MonkeyPatch, failing: dict[str, object]
) -> None:
    """Stand in for dbt: each command succeeds, but for those that raise or fail."""
    orders = SimpleNamespace(
        name="fct_orders", description="", columns={}, resource_type="model", access="public"
    )

    def run_dbt(command: list[str], variables: dict, manifest: object = None) -> SimpleNamespace:
        name = next(word for word in command if not word.startswith("--"))
        scripts.commands.append(name)
        if isinstance(failing.get(name), BaseException):
            raise failing[name]
        if name == "parse":
            parsed = SimpleNamespace(nodes={"orders": orders})
            return SimpleNamespace(success=True, result=parsed, exception=None)
        nodes = [
            SimpleNamespace(
                status="fail",
                node=SimpleNamespace(name="totals_equal_orders", description="They differ."),
            )
            for _ in [name]
            if name in failing
        ]
        return SimpleNamespace(success=name not in failing, result=nodes, exception=None)

    monkeypatch.setattr(scripts, "run_dbt", run_dbt)


def reader_of(path: Path, query: str) -> subprocess.Popen:
    """Another process, which has a file open and asks it twice: now, and when it is told to."""
    hold = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
print(connection.execute(sys.argv[2]).fetchall()[0][0], flush=True)
input()
print(connection.execute(sys.argv[2]).fetchall()[0][0])
"""
    reader = subprocess.Popen(
        [sys.executable, "-c", hold, str(path), query],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    reader.first = reader.stdout.readline().strip()
    return reader


def test_a_build_publishes_beside_its_warehouse(
    scripts: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    scripts.build(NOTHING)
    published = tmp_path / "shop_published" / FILE_NAME
    assert read_version(published).row_counts == {"fct_orders": 1}
    assert str(published) in capfd.readouterr().out
    asked = {"sql": "select one + 41 as answer from marts.fct_orders", "working": False}
    importlib.import_module("commands.reading").query(argparse.Namespace(**asked))
    assert "42" in capfd.readouterr().out


def test_a_build_whose_data_test_fails_publishes_nothing(
    scripts: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    scripts.build(NOTHING)
    before = read_version(tmp_path / "shop_published" / FILE_NAME).name
    answer_as(scripts, monkeypatch, {"build": "fails"})
    for command, sentence in (
        (scripts.build, r"a test failed:\s+They differ\. \(totals_equal_orders\)"),
        (scripts.publish, "the last build of .* failed or was stopped"),
    ):
        with pytest.raises(SystemExit):
            command(NOTHING)
        assert re.search(sentence, capfd.readouterr().err)
    assert read_version(tmp_path / "shop_published" / FILE_NAME).name == before


def test_a_build_that_is_stopped_publishes_nothing(
    scripts: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_as(scripts, monkeypatch, {"build": KeyboardInterrupt()})
    with pytest.raises(KeyboardInterrupt):
        scripts.build(NOTHING)
    with pytest.raises(SystemExit):
        scripts.publish(NOTHING)
    assert not (tmp_path / "shop_published").exists()


def test_a_tested_warehouse_is_published_at_once_and_a_changed_one_is_tested_first(
    scripts: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts.build(NOTHING)
    scripts.commands.clear()
    scripts.publish(NOTHING)
    assert scripts.commands == ["parse"]
    os.utime(tmp_path / "shop.duckdb")
    scripts.publish(NOTHING)
    assert scripts.commands == ["parse", "parse", "test"]
    before = read_version(tmp_path / "shop_published" / FILE_NAME).name
    answer_as(scripts, monkeypatch, {"test": "fails"})
    with pytest.raises(SystemExit):
        scripts.publish(NOTHING)
    assert read_version(tmp_path / "shop_published" / FILE_NAME).name == before


def test_who_has_the_working_file_open_is_sent_to_the_published_one(
    scripts: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    reader = reader_of(tmp_path / "shop.duckdb", "select 1")
    with pytest.raises(SystemExit):
        scripts.build(NOTHING)
    reader.communicate("\n")
    told = capfd.readouterr().err
    assert f"(PID {reader.pid}): close it there" in told
    assert str(tmp_path / "shop_published" / FILE_NAME) in told
    assert scripts.commands == []


def test_a_build_publishes_while_another_process_has_the_published_file_open(
    scripts: ModuleType, tmp_path: Path
) -> None:
    scripts.build(NOTHING)
    published = tmp_path / "shop_published" / FILE_NAME
    old = read_version(published).name
    reader = reader_of(published, "select version from marts.published_version")
    scripts.build(NOTHING)
    assert read_version(published).name > old
    assert [reader.first, reader.communicate("\n")[0].strip()] == [old, old]


def test_other_warehouses_are_published_apart(
    scripts: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIENTELE_WAREHOUSE", "june.duckdb")
    assert scripts.published_path() == PROJECT / "june_published"
    monkeypatch.setenv("CLIENTELE_PUBLISHED", "~/marts")
    assert scripts.published_path() == Path.home() / "marts"
    monkeypatch.delenv("CLIENTELE_WAREHOUSE")
    monkeypatch.delenv("CLIENTELE_PUBLISHED")
    assert scripts.published_path() == PROJECT / "published"
