"""Every optional source may be there or not, and every row of it is accepted or set aside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Warehouse

ORDERS = """\
order_id,customer_id,ordered_at,product_id,quantity,unit_price,currency
1,7,2024-01-31,MUG,2,10,GBP
2,7,2024-02-01,MUG,2,10,EUR
3,7,2024-02-02,mug,2,10,eur
4,7,2024-02-03,MUG,2,10,EUR
5,8,2024-02-01,CUP,1,10,USD
6,8,2024-02-01,CUP,1,10,
"""
COLUMNS = {name: name for name in ORDERS.splitlines()[0].split(",")}
READING = "+fct_order_lines +fct_rejected_order_lines +fct_rejected_source_rows"
BESIDE = f"{READING} +int_customer_attributes +int_exchange_rates_daily"

# Per source: its good lines, header first, and per reason the lines to be set aside for it.
FILES: dict[str, tuple[list[str], dict[str, list[str]]]] = {
    "customers": (
        [
            "customer_id,country,birth_year,income,joined_at,has_marketing_consent,gender,household",
            "7,UK,1980,100,2024-01-31,Yes,f,2",
            "8,UK,1980.0,,,0,m,three",
            "9,,,,,,,",
        ],
        {
            "broken_line": ["10,UK", '11,UK,1980,100,2024-01-31,"a "b" c",f,2'],
            "repeated_header": [
                "customer_id,country,birth_year,income,joined_at,has_marketing_consent,gender,household"
            ],
            "unreadable_characters": ["12,U\x00K,1980,100,2024-01-31,1,f,2"],
            "missing_customer_id": [",UK,1980,100,2024-01-31,1,f,2"],
            "unparseable_birth_year": ["13,UK,1980.5,100,2024-01-31,1,f,2"],
            "unparseable_income": ["14,UK,1980,much,2024-01-31,1,f,2"],
            "unparseable_joined_at": ["15,UK,1980,100,2024-02-30,1,f,2"],
            "unparseable_has_marketing_consent": ["16,UK,1980,100,2024-01-31,maybe,f,2"],
            "negative_income": ["17,UK,1980,-100,2024-01-31,1,f,2"],
            "duplicate": ["7.0,UK,1980,100,2024-01-31,1,f,2"],
            "duplicate_customer": ["7,UK,1980,100,2024-01-31,1,m,2"],
        },
    ),
    "product_costs": (
        ["product_id,unit_cost,valid_from", "mug,4,", "MUG,5,2024-02-01"],
        {
            "missing_product_id": [",5,2024-02-01"],
            "missing_unit_cost": ["MUG,,2024-03-01"],
            "unparseable_unit_cost": ["MUG,five,2024-03-01"],
            "unparseable_valid_from": ["MUG,5,1 March"],
            "negative_unit_cost": ["MUG,-5,2024-03-01"],
            "duplicate": ["Mug,5.00,2024-02-01"],
            "duplicate_cost": ["MUG,6,2024-02-01", "MUG,6,"],
        },
    ),
    "exchange_rates": (
        ["currency,rate_date,exchange_rate", "EUR,2024-02-01,0.85555555"],
        {
            "missing_currency": [",2024-02-01,0.8"],
            "missing_rate_date": ["EUR,,0.8"],
            "missing_exchange_rate": ["USD,2024-02-01,"],
            "unparseable_rate_date": ["USD,01/02/2024,0.8"],
            "unparseable_exchange_rate": ["USD,2024-02-01,-"],
            "negative_exchange_rate": ["USD,2024-02-01,0"],
            "duplicate": ["eur,2024-02-01,0.85555555"],
            "duplicate_rate": ["EUR,2024-02-01,0.9"],
        },
    ),
    "campaign_touches": (
        [
            "customer_id,campaign,channel,sent_at,has_responded",
            "7,spring,email,2024-01-31 10:00:00,T",
            "7,spring,,,",
        ],
        {
            "missing_customer_id": [",spring,email,2024-01-31,0"],
            "missing_campaign": ["7,,email,2024-01-31,0"],
            "unparseable_sent_at": ["7,spring,email,yesterday,0"],
            "unparseable_has_responded": ["7,spring,email,2024-01-31,2"],
            "duplicate": ["7.0,spring,email,2024-01-31 10:00,true"],
        },
    ),
    "marketing_spend": (
        ["spent_at,channel,amount", "2024-01-31,search,10.50", "2024-01-31,,0"],
        {
            "missing_spent_at": [",search,10"],
            "missing_amount": ["2024-01-31,search,"],
            "unparseable_spent_at": ["2024-13-01,search,10"],
            "unparseable_amount": ["2024-01-31,search,£10"],
            "negative_amount": ["2024-01-31,search,-10"],
            "duplicate": ["2024-01-31,search,10.5"],
        },
    ),
    "web_sessions": (
        [
            "session_id,visitor_id,customer_id,started_at,channel",
            "s1,v1,7,2024-01-31 10:00:00,search",
            ",v2,,2024-01-31,",
        ],
        {
            "missing_started_at": ["s2,v1,7,,search"],
            "missing_visitor_id": ["s3,,7,2024-01-31,search"],
            "unparseable_started_at": ["s4,v1,7,noon,search"],
            "duplicate": ["s1,v1,7.0,2024-01-31T10:00:00,search"],
        },
    ),
    "customer_summaries": (
        [
            "customer_id,joined,recency,visits,complained,income,family,wines,web,spring",
            "7,2024-01-31,3,2,0,100,couple,5.5,1,0",
            "20,,,,,,,,,1",
        ],
        {
            "missing_customer_id": [",2024-01-31,4,2,0,100,couple,5.5,1,0"],
            "unparseable_joined_at": ["21,31 January,4,2,0,100,couple,5.5,1,0"],
            "unparseable_recency_days": ["22,2024-01-31,4.5,2,0,100,couple,5.5,1,0"],
            "unparseable_web_visit_count": ["23,2024-01-31,4,two,0,100,couple,5.5,1,0"],
            "unparseable_has_complained": ["24,2024-01-31,4,2,often,100,couple,5.5,1,0"],
            "unparseable_spend": ["25,2024-01-31,4,2,0,100,couple,much,-1,0"],
            "unparseable_response": ["26,2024-01-31,4,2,0,100,couple,5.5,1,perhaps"],
            "negative_purchases": ["27,2024-01-31,4,2,0,100,couple,5.5,-1,0"],
            "negative_recency_days": ["28,2024-01-31,-4,2,0,100,couple,5.5,1,0"],
            "duplicate": ["7,2024-01-31,3.0,2,no,100,couple,5.5,1,0"],
            "duplicate_customer": ["7,2024-01-31,5,2,0,100,couple,5.5,1,0"],
            "duplicate_but_id": ["29,2024-01-31,3,2,0,100,couple,5.5,1,0"],
        },
    ),
}
SUMMARIES = {
    "customer_summaries_columns": {
        "customer_id": "customer_id",
        "joined_at": "joined",
        "recency_days": "recency",
        "web_visit_count": "visits",
        "has_complained": "complained",
        "income": "income",
        "family": "family",
    },
    "customer_summaries_spend": {"wines": "wines"},
    "customer_summaries_purchases": {"web": "web"},
    "customer_summaries_responses": {"spring": "spring"},
    "customer_summaries_duplicates": "drop",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with order lines and, beside them, every optional source."""
    path = tmp_path_factory.mktemp("shop")
    (path / "order_lines.csv").write_text(ORDERS)
    for source, (good, broken) in FILES.items():
        lines = [*good, *(line for group in broken.values() for line in group)]
        (path / f"{source}.csv").write_text("\n".join(lines) + "\n")
    return path


def settings(folder: Path, **others: object) -> dict[str, object]:
    """Vars that read the order lines of a folder."""
    return {
        "order_lines_path": str(folder / "order_lines.csv"),
        "order_lines_columns": COLUMNS,
        "reporting_currency": "GBP",
        **others,
    }


@pytest.fixture(scope="module")
def shop(build: Callable[..., Warehouse], folder: Path) -> Warehouse:
    path = str(folder / "customer_summaries.csv")
    return build(
        settings(folder, customer_summaries_path=path, **SUMMARIES),
        select=f"{BESIDE} +int_customer_summary_measures",
        tests=False,
    )


def test_every_row_of_a_source_is_accepted_or_set_aside_with_its_reason(shop: Warehouse) -> None:
    rejected = shop.query(
        """
        select source_name, rejection_reason, count(*)
        from marts.fct_rejected_source_rows
        group by all
        """
    )
    assert sorted(rejected) == sorted(
        (source, reason, len(lines))
        for source, (_, broken) in FILES.items()
        for reason, lines in broken.items()
    )
    accepted = {
        source: shop.value(
            f"select count(*) from intermediate.int_{source}_checked where row_problem is null"
        )
        for source in FILES
    }
    assert accepted == {source: len(good) - 1 for source, (good, _) in FILES.items()}
    assert shop.query(
        """
        select raw_text
        from marts.fct_rejected_source_rows
        where rejection_reason in ('broken_line', 'unparseable_spent_at')
        order by source_row_key
        """
    ) == [
        ("10,UK",),
        ('11,UK,1980,100,2024-01-31,"a "b" c",f,2',),
        ('{"spent_at":"2024-13-01","channel":"search","amount":"10"}',),
    ]


def test_attributes_and_measures_are_typed_by_their_values(shop: Warehouse) -> None:
    attributes = """
        select attribute, text_value, number_value
        from intermediate.int_customer_attributes
        where customer_id = '7'
        order by attribute
    """
    assert shop.query(attributes) == [
        ("birth_year", "1980", 1980.0),
        ("country", "UK", None),
        ("family", "couple", None),
        ("gender", "f", None),
        ("has_marketing_consent", "true", None),
        ("household", "2", None),
        ("income", "100", 100.0),
    ]
    measures = """
        select customer_id, measure_kind, member, cast(measure_value as double)
        from intermediate.int_customer_summary_measures
        order by all
    """
    assert shop.query(measures) == [
        ("20", "response", "spring", 1.0),
        ("7", "purchases", "web", 1.0),
        ("7", "response", "spring", 0.0),
        ("7", "spend", "wines", 5.5),
    ]


def test_a_line_takes_the_rate_and_the_cost_of_its_day_or_is_set_aside(shop: Warehouse) -> None:
    lines = """
        select order_id, cast(line_amount as double), cast(unit_cost as double), row_problem
        from intermediate.int_order_lines_checked
        order by order_id
    """
    assert shop.query(lines) == [
        ("1", 20.0, 4.0, None),
        ("2", 17.1111, 5.0, None),
        ("3", 17.1111, 5.0, None),
        ("4", 17.1111, 5.0, None),
        ("5", None, None, "missing_exchange_rate"),
        ("6", None, None, "missing_exchange_rate"),
    ]


def test_what_is_beside_the_order_lines_is_left_out_by_null(
    build: Callable[..., Warehouse], folder: Path
) -> None:
    absent = {f"{source}_path": None for source in FILES}
    warehouse = build(
        settings(folder, exchange_rate_max_age_days=0, **absent), select=BESIDE, tests=False
    )
    tables = [f"intermediate.int_{source}_checked" for source in FILES]
    tables += ["intermediate.int_customer_attributes", "intermediate.int_exchange_rates_daily"]
    for table in [*tables, "marts.fct_rejected_source_rows"]:
        assert warehouse.value(f"select count(*) from {table}") == 0
    assert warehouse.query("select order_id, cost_amount from marts.fct_order_lines") == [
        ("1", None)
    ]


def test_a_source_has_a_format_and_a_place_of_its_own(
    build: Callable[..., Warehouse], tmp_path: Path
) -> None:
    (tmp_path / "lines.csv").write_text(ORDERS)
    (tmp_path / "preise.txt").write_bytes(
        "Artikel;Preis;Ab\nM\xfcG;1.234,50;31.01.2024\nMUG;-;k.A.\nCUP;2,5;k.A.\n".encode("latin-1")
    )
    warehouse = build(
        settings(
            tmp_path,
            order_lines_path=str(tmp_path / "l*.csv"),
            source_time_zone="UTC",
            time_zone="America/New_York",
            product_costs_path=str(tmp_path / "preise.txt"),
            product_costs_columns={
                "product_id": "Artikel",
                "unit_cost": "Preis",
                "valid_from": "Ab",
            },
            product_costs_options={
                "delimiter": ";",
                "encoding": "latin-1",
                "decimal_separator": ",",
                "date_format": "%d.%m.%Y",
                "null_texts": ["k.A."],
            },
        ),
        select="+int_product_costs_checked",
        tests=False,
    )
    costs = """
        select product_id, cast(unit_cost as double), cast(valid_from_date as varchar), row_problem
        from intermediate.int_product_costs_checked
        order by raw_row_number
    """
    assert warehouse.query(costs) == [
        ("M\xdcG", 1234.5, "2024-01-31", None),
        ("MUG", None, None, "unparseable_unit_cost"),
        ("CUP", 2.5, None, None),
    ]


def check(run_dbt: Callable[..., Warehouse], given: dict[str, object]) -> str:
    """Message of the configuration check, empty when it passes."""
    checked = run_dbt(["run-operation", "check_config"], Path(":memory:"), given)
    assert checked.success == (not checked.errors)
    return "".join(checked.errors)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"order_lines_path": None}, "give the path of at least one of the two"),
        ({"customers_path": "nowhere.csv"}, "No file matches customers_path: 'nowhere.csv'"),
        ({"customers_path": 1}, "null or a text that is not empty"),
        ({"customers_columns": {"country": "country"}}, "names the column of customer_id"),
        ({"customers_columns": {"customer_id": "a", "Shoe size": "b"}}, "'Shoe size' is not"),
        ({"product_costs_columns": {"product": "product_id"}}, "'product' is none of them"),
        ({"web_sessions_options": {"delimeter": ";"}}, "'delimeter' is none of them"),
        ({"web_sessions_options": {"encoding": "ascii"}}, "a mapping whose encoding is one of"),
        ({"customer_summaries_spend": ["wines"]}, "a mapping of names to columns of the file"),
        ({"exchange_rate_max_age_days": -1}, "a whole number from 0 to 366"),
    ],
)
def test_a_wrong_setting_of_a_source_is_one_sentence(
    run_dbt: Callable[..., Warehouse], given: dict[str, object], sentence: str
) -> None:
    assert sentence in check(run_dbt, given)


def test_a_file_that_was_found_and_does_not_fit_says_how_to_leave_it_out(
    run_dbt: Callable[..., Warehouse], tmp_path: Path
) -> None:
    (tmp_path / "order_lines.csv").write_text(ORDERS)
    (tmp_path / "customers.csv").write_text("id,name\n7,Ann\n")
    message = check(run_dbt, settings(tmp_path))
    assert "has no column 'customer_id', which customers_columns names for customer_id" in message
    assert "customers_path: null leaves it out" in message

    (tmp_path / "customers.csv.gz").write_bytes(b"")
    assert "name the one to read in customers_path" in check(run_dbt, settings(tmp_path))

    summaries = {
        "order_lines_path": None,
        "customer_summaries_path": str(tmp_path / "customers.csv"),
        "customer_summaries_columns": {"customer_id": "id"},
        "customer_summaries_spend": {"wines": "MntWines"},
    }
    assert "'MntWines', which customer_summaries_spend names for wines" in check(run_dbt, summaries)
