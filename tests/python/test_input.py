"""Whatever is in the file, every line ends as an accepted row, a rejected row or one error."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from conftest import Warehouse

HEADER = "order_id,customer_id,ordered_at,product_id,quantity,unit_price\n"
GOOD = "1,10,2024-01-01 10:00:00,A1,2,2.50\n"
COLUMNS = {name: name for name in HEADER.strip().split(",")}
READING = "+fct_order_lines +fct_rejected_order_lines"

Read = Callable[..., Warehouse]


@pytest.fixture
def read(build: Callable[..., Warehouse], tmp_path: Path) -> Read:
    """Write bytes to a file, read it as order lines, and hold rows and money of both sides."""

    def read_file(content: bytes | str, name: str = "orders.csv", **settings: object) -> Warehouse:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        warehouse = build(
            {
                "order_lines_path": str(path),
                "order_lines_columns": COLUMNS,
                "duplicate_policy": "keep",
                **settings,
            },
            select=READING,
            tests=False,
            check=False,
        )
        if warehouse.success:
            raw, accepted, rejected = (
                warehouse.value(f"select count(*) from {table}")
                for table in (
                    "staging.base_shop__order_lines",
                    "marts.fct_order_lines",
                    "marts.fct_rejected_order_lines",
                )
            )
            assert raw == accepted + rejected
        return warehouse

    return read_file


def reasons(warehouse: Warehouse) -> dict[str, int]:
    """Rejected rows per reason."""
    return dict(
        warehouse.query(
            "select rejection_reason, count(*) from marts.fct_rejected_order_lines group by all"
        )
    )


def accepted(warehouse: Warehouse) -> int:
    """Number of accepted rows."""
    return warehouse.value("select count(*) from marts.fct_order_lines")


def test_every_kind_of_broken_row_is_rejected_with_its_reason_and_its_text(read: Read) -> None:
    broken = {
        "broken_line": [
            "2,10,2024-01-01\n",
            "3,10,2024-01-01,A1,1,2.50,and,more\n",
            '4,10,2024-01-01,"A "quoted" one",1,2.50\n',
            '5,10,2024-01-01,"A1"x,1,2.50\n',
        ],
        "repeated_header": [HEADER],
        "unreadable_characters": ["6,10,2024-01-01,A\x001,1,2.50\n"],
        "missing_ordered_at": ["7,10,,A1,1,2.50\n", ",,,,,\n"],
        "unparseable_ordered_at": ["8,10,2024-02-31,A1,1,2.50\n", "9,10,0001-01-01,A1,1,2.50\n"],
        "missing_order_id": [",10,2024-01-01,A1,1,2.50\n"],
        "missing_quantity": ["10,10,2024-01-01,A1,,2.50\n"],
        "unparseable_quantity": ["11,10,2024-01-01,A1,six,2.50\n"],
        "missing_price": ["12,10,2024-01-01,A1,1,\n"],
        "unparseable_price": [
            "13,10,2024-01-01,A1,1,£4.95\n",
            '14,10,2024-01-01,A1,1,"4,95"\n',
            "15,10,2024-01-01,A1,99999999999999,99999999\n",
        ],
        "zero_quantity": ["16,10,2024-01-01,A1,0,2.50\n"],
        "negative_price": ["17,10,2024-01-01,A1,1,-2.50\n"],
        "stock_adjustment": ["18,10,2024-01-01,A1,-1,0\n"],
        "zero_price": ["19,10,2024-01-01,A1,1,0\n"],
    }
    lines = [line for group in broken.values() for line in group]
    warehouse = read(HEADER + GOOD + GOOD.join(lines) + GOOD)

    assert reasons(warehouse) == {reason: len(group) for reason, group in broken.items()}
    assert accepted(warehouse) == len(lines) + 1
    texts = [
        row[0]
        for row in warehouse.query(
            """
            select raw_text
            from marts.fct_rejected_order_lines
            where rejection_reason = 'broken_line'
            order by raw_row_number
            """
        )
    ]
    assert texts == [line.rstrip("\n") for line in broken["broken_line"]]
    assert warehouse.value(
        """
        select raw_text
        from marts.fct_rejected_order_lines
        where rejection_reason = 'unparseable_quantity'
        """
    ) == (
        '{"order_id":"11","customer_id":"10","ordered_at":"2024-01-01",'
        '"product_id":"A1","quantity":"six","unit_price":"2.50"}'
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            ("\ufeff" + HEADER + GOOD * 4).replace(",", ";").replace("\n", "\r\n"),
            id="byte-order-mark-semicolons-crlf",
        ),
        pytest.param((HEADER + GOOD * 4).replace(",", "\t").replace("\n", "\r"), id="tabs-old-mac"),
        pytest.param(
            HEADER + "\n" + GOOD * 3 + '\n\n1,10,2024-01-01,"A\n1",1,2',
            id="blank-lines-line-break-in-quotes-no-last-line-end",
        ),
    ],
)
def test_shapes_of_a_sound_file_are_all_read(read: Read, content: str) -> None:
    warehouse = read(content)
    assert reasons(warehouse) == {}
    assert accepted(warehouse) == 4
    assert warehouse.value("select count(distinct customer_id) from marts.fct_order_lines") == 1


def test_a_compressed_file_is_read(read: Read) -> None:
    warehouse = read(gzip.compress((HEADER + GOOD * 3).encode()), name="orders (1).csv.gz")
    assert accepted(warehouse) == 3


def test_bytes_outside_the_encoding_are_rejected_and_read_once_it_is_named(read: Read) -> None:
    content = (HEADER + GOOD + "2,10,2024-01-01,CAFÉ,1,2.50\n" + GOOD).encode("latin-1")
    assert reasons(read(content)) == {"broken_line": 1}
    warehouse = read(content, order_lines_encoding="latin-1")
    assert warehouse.query("select product_id from marts.fct_order_lines order by 1")[-1] == (
        "CAFÉ",
    )


def test_utf_16_is_named_in_the_error_and_read_once_it_is_set(read: Read) -> None:
    content = (HEADER + GOOD * 3).encode("utf-16")
    assert "set order_lines_encoding to utf-16" in "".join(read(content).errors)
    assert accepted(read(content, order_lines_encoding="utf-16")) == 3


def test_an_open_quote_rejects_every_line_that_it_swallows(read: Read) -> None:
    warehouse = read(HEADER + GOOD * 2 + '2,10,2024-01-01,"A1,1,2.50\n' + GOOD * 5)
    assert accepted(warehouse) == 2
    assert reasons(warehouse) == {"broken_line": 6}


def test_an_open_quote_that_swallows_more_than_the_reader_keeps_is_an_error(read: Read) -> None:
    warehouse = read(HEADER + GOOD * 2 + '2,10,2024-01-01,"A1,1,2.50\n' + GOOD * 20_000)
    assert "has 20004 lines, but only" in "".join(warehouse.errors)
    assert "line 4: Value with unterminated quote found" in "".join(warehouse.errors)


def test_a_file_that_quotes_nothing_is_read_without_quotes(read: Read) -> None:
    warehouse = read(
        HEADER + GOOD + '2,10,2024-01-01,9" PLATE,1,2.50\n' + GOOD, order_lines_quote=""
    )
    assert reasons(warehouse) == {}
    assert accepted(warehouse) == 3


def test_mixed_line_ends_are_an_error_with_a_remedy(read: Read) -> None:
    errors = "".join(read(HEADER + GOOD.replace("\n", "\r\n") + GOOD * 2).errors)
    assert "mixes line ends: 1 of its 4 lines end in CRLF" in errors
    assert "sed -i" in errors


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param("", "is empty", id="empty"),
        pytest.param("\n\n", "is empty", id="blank"),
        pytest.param(HEADER, "holds one line and no rows under it", id="header-alone"),
        pytest.param("a,b\n1,2\n", "has no column 'customer_id'", id="other-columns"),
    ],
)
def test_a_file_without_rows_or_columns_is_an_error(
    read: Read, content: str, sentence: str
) -> None:
    assert sentence in "".join(read(content).errors)


def test_numbers_with_decimal_comma_and_groups_are_read_where_they_are_configured(
    read: Read,
) -> None:
    content = (HEADER + GOOD).replace("2.50", '"1.234,50"') + "2,10,2024-01-01,A1,1,1.5\n"
    warehouse = read(content, decimal_separator=",")
    assert float(warehouse.value("select unit_price from marts.fct_order_lines")) == 1234.5
    assert reasons(warehouse) == {"unparseable_price": 1}


def test_date_formats_are_tried_in_turn(read: Read) -> None:
    content = (
        HEADER + "1,10,31/12/2024 23:59,A1,1,2\n2,10,31/12/2024,A1,1,2\n3,10,12/31/2024,A1,1,2\n"
    )
    warehouse = read(content, order_date_format=["%d/%m/%Y %H:%M", "%d/%m/%Y"])
    assert accepted(warehouse) == 2
    assert reasons(warehouse) == {"unparseable_ordered_at": 1}


def test_the_order_date_is_the_day_in_the_shops_time_zone(read: Read) -> None:
    content = (
        HEADER
        + "1,10,2024-06-30 23:30:00,A1,1,2\n"
        + "2,10,2024-01-31 23:30:00,A1,1,2\n"
        + "3,10,2024-06-30T23:30:00+01:00,A1,1,2\n"
    )
    zoned = read(content, source_time_zone="UTC", time_zone="Europe/London")
    days = "select cast(order_date as varchar) from marts.fct_order_lines order by order_id"
    assert zoned.query(days) == [("2024-07-01",), ("2024-01-31",), ("2024-06-30",)]
    as_written = read(content)
    assert as_written.query(days) == [("2024-06-30",), ("2024-01-31",), ("2024-06-30",)]


def test_the_day_does_not_depend_on_the_time_zone_of_the_machine(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    content = HEADER + "1,10,2024-06-30T23:30:00Z,A1,1,2\n"
    warehouse = read(content, source_time_zone="UTC", time_zone="UTC")
    assert warehouse.query("select cast(ordered_at as varchar) from marts.fct_order_lines") == [
        ("2024-06-30 23:30:00",)
    ]


def test_typed_parquet_is_read_as_csv_is(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "typed.parquet"
    duckdb.execute(
        f"""
        copy (
            select *
            from (
                values
                    (1, 10.0, timestamp '2024-01-01 10:00:00', 'A1', 2, 2.5),
                    (2, null, timestamp '2024-01-02 10:00:00', 'A1', null, 2.5),
                    (3, 11.0, null, 'A1', 1, 2.5)
            ) as lines (order_id, customer_id, ordered_at, product_id, quantity, unit_price)
        ) to '{path}'
        """
    )
    warehouse = read(path.read_bytes(), name="again.parquet")
    assert warehouse.query("select order_id, customer_id from marts.fct_order_lines") == [
        ("1", "10")
    ]
    assert reasons(warehouse) == {"missing_quantity": 1, "missing_ordered_at": 1}


def test_overlapping_extracts_are_read_together_and_counted_once(
    build: Callable[..., Warehouse], tmp_path: Path
) -> None:
    later = GOOD.replace("2024-01-01", "2024-01-02")
    (tmp_path / "january.csv").write_text(HEADER + GOOD + later)
    (tmp_path / "february.csv").write_text(HEADER + later + "9,11,2024-02-01,A1,1,2\n")
    warehouse = build(
        {"order_lines_path": str(tmp_path / "*.csv"), "order_lines_columns": COLUMNS},
        select=READING,
        tests=False,
    )
    assert accepted(warehouse) == 3
    assert reasons(warehouse) == {"duplicate": 1}


def test_files_with_other_columns_are_an_error(
    run_dbt: Callable[..., Warehouse], tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(HEADER + GOOD)
    (tmp_path / "b.csv").write_text("customer_id,order_id\n1,2\n")
    message = check(run_dbt, {"order_lines_path": str(tmp_path / "*.csv")})
    assert "must all have the same columns in the same order" in message
    assert "b.csv has customer_id, order_id" in message


def check(run_dbt: Callable[..., Warehouse], settings: dict[str, object]) -> str:
    """Message of the configuration check, empty when it passes."""
    checked = run_dbt(["run-operation", "check_config"], Path(":memory:"), settings)
    assert checked.success == (not checked.errors)
    return "".join(checked.errors)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"order_lines_path": "nowhere.csv"}, "No file matches order_lines_path: 'nowhere.csv'"),
        ({"monetary_basis": "netto"}, 'monetary_basis is "netto", but it must be one of "net"'),
        ({"monetry_basis": "net"}, "There is no var 'monetry_basis'"),
        ({"rfm_bins": 1}, "rfm_bins is 1, but it must be a whole number from 2 to 10"),
        ({"rfm_bins": "five"}, "a whole number from 2 to 10"),
        ({"lapse_days": 0}, "lapse_days is 0"),
        ({"clv_annual_discount_rate": 7}, "a number from 0 to 1"),
        ({"as_of_date": "31.12.2024"}, "null or a day written as YYYY-MM-DD"),
        ({"as_of_date": "2024-02-31"}, "null or a day written as YYYY-MM-DD"),
        ({"time_zone": "London"}, "an IANA time zone such as 'Europe/London'"),
        ({"time_zone": "Europe/London"}, "source_time_zone"),
        ({"order_lines_header": "yes"}, "one of true, false"),
        ({"order_lines_delimiter": "::"}, "auto or one character"),
        ({"order_date_format": "dd/mm/yyyy"}, "a strptime format such as"),
        ({"null_texts": "NULL"}, "a list of texts"),
        ({"rfm_recency_edges": [3, 2, 1]}, "a list of ascending numbers"),
        ({"rfm_recency_edges": [10, 20]}, "has 2 edges, but 5 scores (rfm_bins) need 4"),
        ({"managerial_warm_days": 90}, "are 90, 90 and 270, but each must be more than the one"),
        ({"managerial_cold_days": 180}, "are 90, 180 and 180, but each must be more than the one"),
        ({"order_lines_columns": {"customer": "customer_id"}}, "'customer' is none of them"),
        ({"order_lines_columns": {"customer_id": "customer_id"}}, "the column of ordered_at"),
        (
            {"order_lines_columns": {"customer_id": "customer_id", "ordered_at": "ordered_at"}},
            "the column of unit_price, or of amount",
        ),
        (
            {
                "order_lines_columns": {
                    "order_id": "order_id",
                    "ordered_at": "ordered_at",
                    "unit_price": "unit_price",
                    "currency": "country",
                }
            },
            "reporting_currency",
        ),
        (
            {
                "order_lines_columns": {
                    "order_id": "invoice",
                    "ordered_at": "ordered_at",
                    "unit_price": "unit_price",
                }
            },
            "has no column 'invoice', which order_lines_columns names for order_id. The file has: ",
        ),
    ],
)
def test_a_wrong_setting_is_one_sentence(
    run_dbt: Callable[..., Warehouse], settings: dict[str, object], sentence: str
) -> None:
    assert sentence in check(run_dbt, settings)


def test_the_default_settings_pass_the_check(run_dbt: Callable[..., Warehouse]) -> None:
    assert check(run_dbt, {}) == ""
