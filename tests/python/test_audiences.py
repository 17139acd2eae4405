"""Audiences remember who was in them, and their lists are complete, harmless files."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT, Warehouse

from clientele import audiences
from clientele.audiences import export_audiences, neutralised

EARLIER, LATER = "2025-09-30", "2025-12-09"
MODELS = [
    "int_audiences",
    "int_audience_history",
    "int_audiences_compared",
    "fct_audience_members",
    "fct_audiences",
]
# What the audiences are made of: a build of a day is these tables as they were on it.
MADE_OF = [
    "intermediate.int_as_of_date",
    "intermediate.int_contact_permissions",
    "marts.dim_customers",
    "marts.fct_budget_plan",
    "marts.fct_customer_actions",
    "marts.fct_customer_lifetime_value",
    "marts.fct_customer_rfm",
]
ODD_IDS = [
    '=HYPERLINK("x")',
    "-2+3",
    "@SUM(A1:A9)",
    "+49 30 1234",
    '"=1+1"',
    " =1+1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\uff1d1+1",
    "\u00a0@x",
    "a,b",
    'say "a"',
    "two\nlines",
    "carriage\rreturn",
    "😀 Zoë",
    "0012",
    "null",
    "12347",
]

Kept = dict[tuple[str, str], str]


def kept_of(warehouse: Warehouse) -> Kept:
    """The audience by kind and customer, straight from the marts they come from."""
    return dict(
        ((kind, customer), audience)
        for kind, customer, audience in warehouse.query(
            """
            select 'segment', customer_id, segment from marts.fct_customer_rfm
            union all
            select 'action', customer_id, action from marts.fct_customer_actions
            """
        )
    )


def rows_of(warehouse: Warehouse, table: str) -> list[tuple]:
    return sorted(warehouse.query(f"from {table}"), key=str)


@pytest.fixture(scope="module")
def two_days(
    run_dbt: Callable[..., Warehouse],
    build: Callable[..., Warehouse],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Warehouse, Warehouse, Callable[[Warehouse], Warehouse]]:
    """The warehouse as of the earlier day, the same as of the later one, and how to go back."""
    folder = tmp_path_factory.mktemp("days")
    # some customers and the shortest backtest will do: it is about who moves, not about forecasts
    duckdb.execute(
        f"""
        copy (
            from read_csv(
                '{PROJECT / "sample" / "order_lines.csv"}', all_varchar = true, ignore_errors = true
            )
            where try_cast(customer_id as int) % 6 = 0
        ) to '{folder / "order_lines.csv"}'
        """
    )
    settings = {"order_lines_path": str(folder / "order_lines.csv"), "backtest_cutoffs": 1}
    warehouse = build({**settings, "as_of_date": EARLIER}, select="+fct_audiences", tests=False)
    earlier = Warehouse(folder / "earlier.duckdb", True, [])
    shutil.copy(warehouse.path, earlier.path)
    command = ["build", "--select", "+fct_audiences", "--exclude"]
    warehouse = run_dbt(
        [*command, "resource_type:test", "resource_type:unit_test"],
        warehouse.path,
        {**settings, "as_of_date": LATER},
    )
    assert warehouse.success, warehouse.errors
    later = Warehouse(folder / "later.duckdb", True, [])
    shutil.copy(warehouse.path, later.path)

    def build_again(day: Warehouse) -> Warehouse:
        with duckdb.connect(str(warehouse.path)) as connection:
            connection.execute(f"attach '{day.path}' as day (read_only)")
            for table in MADE_OF:
                connection.execute(f"create or replace table {table} as from day.{table}")
        again = run_dbt(
            ["build", "--select", *MODELS, "--exclude", "test_type:unit"], warehouse.path, settings
        )
        assert again.success, again.errors
        return again

    return earlier, later, build_again


def test_who_entered_and_who_left_is_what_both_days_say(two_days) -> None:
    earlier, later, _ = two_days
    before, after = kept_of(earlier), kept_of(later)
    expected = {
        (*who, audience, "member" if before.get(who) == audience else "entered", before.get(who))
        for who, audience in after.items()
    } | {
        (*who, audience, "left", audience)
        for who, audience in before.items()
        if after.get(who) != audience
    }
    told = later.query(
        """
        select audience_kind, customer_id, audience, membership, previous_audience
        from marts.fct_audience_members
        """
    )
    assert len(told) == len(expected)
    assert set(told) == expected
    assert {row[3] for row in told} == {"member", "entered", "left"}
    days = "select distinct as_of_date::text, previous_as_of_date::text from marts.fct_audiences"
    assert earlier.query(days) == [(EARLIER, None)]
    assert later.query(days) == [(LATER, EARLIER)]


def test_nobody_has_entered_or_left_in_the_first_build(two_days) -> None:
    earlier, *_ = two_days
    assert earlier.query("select distinct membership from marts.fct_audience_members") == [
        ("member",)
    ]
    assert earlier.value("select count(entered_members) from marts.fct_audiences") == 0


def test_building_both_days_again_changes_nothing(two_days) -> None:
    earlier, later, build_again = two_days
    tables = ["intermediate.int_audience_history", "marts.fct_audience_members"]
    for day in (earlier, later, later):
        again = build_again(day)
        assert rows_of(again, tables[0]) == rows_of(later, tables[0])
        assert rows_of(again, tables[1]) == rows_of(day, tables[1])


def test_an_empty_audience_is_left_by_all_and_the_build_that_follows_knows(two_days) -> None:
    _, later, build_again = two_days
    gone = Warehouse(later.path.with_name("gone.duckdb"), True, [])
    shutil.copy(later.path, gone.path)
    with duckdb.connect(str(gone.path)) as connection:
        connection.execute("update intermediate.int_as_of_date set as_of_date = '2025-12-31'")
        for mart in MADE_OF[2:]:
            connection.execute(
                f"""
                delete from {mart} where customer_id in (
                    select customer_id from marts.fct_audience_members where audience = 'champions'
                )
                """
            )
    members = later.value("select members from marts.fct_audiences where audience = 'champions'")
    again = build_again(gone)
    assert again.query(
        """
        select members, entered_members, left_members, previous_members
        from marts.fct_audiences
        where audience = 'champions'
        """
    ) == [(0, 0, members, members)]
    assert again.value("select max(previous_as_of_date)::text from marts.fct_audiences") == LATER
    build_again(later)


@pytest.fixture
def odd_warehouse(tmp_path: Path) -> Path:
    """A warehouse of two audiences: an action with odd customers, and a segment of one."""
    path = tmp_path / "odd.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            """
            create table marts.fct_audience_members as
            select
                'action' as audience_kind,
                '../win back' as audience,
                column0 as customer_id,
                'entered' as membership,
                date '2024-05-31' as entered_date,
                null::varchar as previous_audience,
                '../win back' as current_audience,
                true as is_to_contact,
                null::varchar as contact_obstacle,
                false as is_holdout,
                '@offer' as offer,
                'email' as channel,
                -0.5::decimal(18, 4) as cost_per_contact,
                0.1::double as discount_rate,
                'letter' as planned_offer,
                'letter' as planned_channel,
                '=reason' as rule_reason,
                (-1.5)::decimal(18, 4) as clv_6m,
                date '2024-05-31' as as_of_date,
                date '2024-04-30' as previous_as_of_date
            from (select unnest(?) as column0)
            """,
            [ODD_IDS],
        )
        for customer, kind, audience, membership, is_to_contact, is_holdout in [
            ("control", "action", "../win back", "member", False, True),
            ("gone", "action", "../win back", "left", False, None),
            ("silent", "segment", "champions", "member", False, False),
        ]:
            connection.execute(
                """
                insert into marts.fct_audience_members
                    (customer_id, audience_kind, audience, membership, is_to_contact, is_holdout)
                values (?, ?, ?, ?, ?, ?)
                """,
                [customer, kind, audience, membership, is_to_contact, is_holdout],
            )
        connection.execute(
            """
            create table marts.fct_audiences as
            select
                audience_kind,
                audience,
                audience_kind = 'action' as is_contact,
                date '2024-05-31' as as_of_date,
                date '2024-04-30' as previous_as_of_date,
                count(*) filter (where membership <> 'left') as members,
                2 as previous_members,
                count(*) filter (where membership = 'entered') as entered_members,
                count(*) filter (where membership = 'left') as left_members,
                count(*) filter (where is_to_contact) as members_to_contact,
                1 as control_group_members,
                1.5::decimal(18, 4) as clv_6m
            from marts.fct_audience_members
            group by all
            """
        )
    return path


def cells_of(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbfcustomer_id,")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_a_list_holds_no_formula_and_every_other_value_as_it_is(
    odd_warehouse: Path, tmp_path: Path
) -> None:
    export = export_audiences(odd_warehouse, tmp_path / "lists")
    path = tmp_path / "lists" / "2024-05-31" / "action" / "_win_back"
    cells = cells_of(path.with_suffix(".csv"))
    assert sorted(row["customer_id"] for row in cells) == sorted(map(neutralised, ODD_IDS))
    for row in cells:
        assert row["customer_id"].lstrip(" \u00a0\"'")[:1] not in set("=+-@\uff1d") or (
            row["customer_id"].startswith("'")
        )
        assert row["customer_id"][0] not in "\t\r\n=+-@\uff1d"
        assert (row["offer"], row["rule_reason"]) == ("'@offer", "'=reason")
        assert (row["clv_6m"], row["cost_per_contact"]) == ("-1.5000", "-0.5000")
        assert (row["is_to_contact"], row["entered_date"]) == ("true", "2024-05-31")
    assert export.neutralised_customers == 11
    exact = duckdb.sql(f"select customer_id, offer from '{path}.parquet'").fetchall()
    assert sorted(exact) == sorted((customer, "@offer") for customer in ODD_IDS)


def test_whom_not_to_contact_is_in_lists_of_their_own(odd_warehouse: Path, tmp_path: Path) -> None:
    export = export_audiences(odd_warehouse, tmp_path)
    action = tmp_path / "2024-05-31" / "action"
    assert [row["customer_id"] for row in cells_of(action / "_win_back.control_group.csv")] == [
        "control"
    ]
    assert [row["customer_id"] for row in cells_of(action / "_win_back.left.csv")] == ["gone"]
    files = sorted(str(path.relative_to(export.folder)) for path in export.folder.rglob("*.csv"))
    assert files == [
        "action/_win_back.control_group.csv",
        "action/_win_back.csv",
        "action/_win_back.left.csv",
        "audiences.csv",
        "segment/champions.csv",
        "segment/champions.left.csv",
    ]
    assert {audience.name: audience.rows for audience in export.audiences} == {
        "../win back": {"": len(ODD_IDS), "control_group": 1, "left": 1},
        "champions": {"": 1, "left": 0},
    }


def test_an_export_that_fails_leaves_the_last_one(
    odd_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "lists"
    export_audiences(odd_warehouse, folder)
    (folder / "2024-05-31" / "of the last export").touch()
    write, calls = audiences._write, []

    def write_until_the_disk_is_full(*arguments) -> int:
        calls.append(arguments)
        if len(calls) == 3:
            raise OSError("No space left on device")
        return write(*arguments)

    monkeypatch.setattr(audiences, "_write", write_until_the_disk_is_full)
    with pytest.raises(OSError, match="No space left"):
        export_audiences(odd_warehouse, folder)
    assert [path.name for path in folder.iterdir()] == ["2024-05-31"]
    assert (folder / "2024-05-31" / "of the last export").exists()
    monkeypatch.undo()
    export_audiences(odd_warehouse, folder)
    assert [path.name for path in folder.iterdir()] == ["2024-05-31"]
    assert not (folder / "2024-05-31" / "of the last export").exists()


def test_a_warehouse_without_audiences_says_so(tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    with pytest.raises(LookupError, match="make build"):
        export_audiences(tmp_path / "empty.duckdb", tmp_path / "lists")
    assert not (tmp_path / "lists").exists()
