"""The generator of shops makes the bundled sample again, and customers who behave as it says."""

import csv
import importlib.util
import io
import json
import re
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy.special import hyp2f1

ROOT = Path(__file__).resolve().parents[2]


def load_generator():
    """Import the script, which is no part of the package."""
    name = "generate_shop"
    specification = importlib.util.spec_from_file_location(
        name, ROOT / "benchmarks" / "generate_shop.py"
    )
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module


generator = load_generator()


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    """The sample and its truth, made by the command line."""
    folder = tmp_path_factory.mktemp("sample")
    path = folder / "order_lines.csv"
    generator.main(["--sample", "--output", str(path), "--truth", str(folder / "truth.json")])
    return path


@pytest.fixture(scope="module")
def counts(sample) -> dict[str, int]:
    return json.loads((sample.parent / "truth.json").read_text())["mess"]


@pytest.fixture(scope="module")
def rows(sample) -> list[dict[str, str]]:
    """The lines of the sample that have as many fields as the header."""
    names, *lines = csv.reader(io.StringIO(sample.read_text(encoding="utf-8"), newline=""))
    return [dict(zip(names, line, strict=True)) for line in lines if len(line) == len(names)]


@pytest.fixture(scope="module")
def clean_shop():
    return generator.simulate_shop(generator.ShopParameters(customers=10_000, seed=5))


@pytest.fixture(scope="module")
def clean_lines(clean_shop) -> pd.DataFrame:
    return clean_shop.lines()


def number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


# ---- The bundled sample


def test_the_bundled_sample_is_made_again_byte_for_byte(sample):
    assert sample.read_bytes() == generator.SAMPLE_PATH.read_bytes()


def test_the_sample_has_the_promised_form(sample):
    content = sample.read_bytes()
    assert content.startswith(",".join(generator.CLEAN_SCHEMA.names).encode() + b"\n")
    assert content.endswith(b"\n")
    assert b"\r" not in content
    assert len(content) < 1_900_000
    assert 20_000 <= content.count(b"\n") <= 26_000


KINDS = {
    "a cancellation": lambda row: re.match(r"C\d{6}$", row["order_id"]),
    "a return without C": lambda row: (
        re.match(r"\d{6}$", row["order_id"])
        and number(row["quantity"]) < 0
        and number(row["unit_price"]) > 0
    ),
    "a guest": lambda row: not row["customer_id"] and number(row["quantity"]) > 0,
    "a wholesale quantity": lambda row: number(row["quantity"]) >= 100,
    "a description with a trailing blank": lambda row: row["description"].endswith(" "),
    "a lower-case product code": lambda row: re.match(r"\d{5}[a-z]$", row["product_id"]),
    **{
        f"the code {code}": lambda row, code=code: row["product_id"] == code
        for code in (
            *("POST", "DOT", "C2", "M", "m", "D", "S", "B", "ADJUST", "AMAZONFEE", "TEST001"),
            *("BANK CHARGES", "gift_0001_20"),
        )
    },
    "a bad debt": lambda row: row["order_id"].startswith("A") and number(row["unit_price"]) < 0,
    "a sale at price 0": lambda row: row["unit_price"] == "0.00" and row["customer_id"],
    "a stock write-off": lambda row: (
        number(row["quantity"]) < 0 and row["unit_price"] == "0.00" and not row["customer_id"]
    ),
    "a missing description": lambda row: not row["description"],
    "a quantity of 0": lambda row: row["quantity"] == "0",
    "a missing order": lambda row: not row["order_id"],
    "an empty date": lambda row: not row["ordered_at"],
    "the 31st of February": lambda row: row["ordered_at"] == "31/02/2025",
    "a date that is none": lambda row: row["ordered_at"] == "not a date",
    "the 13th month": lambda row: row["ordered_at"] == "2025-13-45 10:00:00",
    "the far future": lambda row: row["ordered_at"].startswith("2035"),
    "an empty quantity": lambda row: not row["quantity"],
    "an empty price": lambda row: not row["unit_price"],
    "a discount in per cent": lambda row: row["discount_amount"] == "10%",
    "a cost that is none": lambda row: row["unit_cost"] == "tbc",
    "a quantity in words": lambda row: row["quantity"] == "six",
    "a quantity with a letter O": lambda row: row["quantity"] == "1O",
    "a price with a currency sign": lambda row: row["unit_price"] == "£4.95",
    "a price that is none": lambda row: row["unit_price"] == "n/a",
    "a customer id with decimals": lambda row: re.match(r"\d{5}\.0$", row["customer_id"]),
    "a repeated header": lambda row: row["order_id"] == "order_id",
    "an unspecified country": lambda row: row["country"] == "Unspecified",
    "a discount": lambda row: number(row["discount_amount"]) > 0,
    "an unknown cost": lambda row: re.match(r"\d{5}", row["product_id"]) and not row["unit_cost"],
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_sample_holds(rows, kind):
    assert any(KINDS[kind](row) for row in rows)


def test_equal_rows_are_the_duplicates_and_the_overlap_alone(sample, counts):
    lines = Counter(sample.read_text(encoding="utf-8").splitlines())
    repeated = lines.total() - len(lines)
    header = 1
    assert repeated == counts["exact_duplicate"] + counts["overlap"] + header
    assert 0.003 < counts["exact_duplicate"] / lines.total() < 0.007


def test_a_huge_order_is_cancelled_within_minutes(rows):
    rows = [row for row in rows if re.fullmatch(r"-?\d+", row["quantity"])]
    huge = max(rows, key=lambda row: int(row["quantity"]))
    taken_back = min(rows, key=lambda row: int(row["quantity"]))
    assert number(huge["quantity"]) == -number(taken_back["quantity"])
    assert huge["product_id"] == taken_back["product_id"]
    minutes = pd.Timestamp(taken_back["ordered_at"]) - pd.Timestamp(huge["ordered_at"])
    assert pd.Timedelta(0) < minutes < pd.Timedelta(minutes=30)


def test_every_cancelled_product_was_sold_to_that_customer_before(rows):
    sold = {
        (row["customer_id"], row["product_id"], row["unit_price"])
        for row in rows
        if number(row["quantity"]) > 0
    }
    cancelled = [
        (row["customer_id"], row["product_id"], row["unit_price"])
        for row in rows
        if row["order_id"].startswith("C") and re.match(r"\d{5}", row["product_id"])
    ]
    assert len(cancelled) > 100
    assert set(cancelled) <= sold


@pytest.mark.parametrize(
    ("key", "value", "least"),
    [
        ("order_id", "ordered_at", 10),
        ("customer_id", "country", 5),
        ("product_id", "description", 10),
    ],
)
def test_some_things_contradict_themselves(rows, key, value, least):
    values: dict[str, set[str]] = {}
    for row in rows:
        is_sale = number(row["quantity"]) > 0 and row["ordered_at"].startswith("202")
        if is_sale and row[key] and re.match(r"\d{5}", row["product_id"]):
            values.setdefault(row[key], set()).add(row[value])
    assert sum(len(found) > 1 for found in values.values()) >= least


def test_broken_lines_spoil_nothing_but_themselves(sample, rows, counts):
    columns = dict.fromkeys(generator.CLEAN_SCHEMA.names, "VARCHAR")
    with duckdb.connect() as connection:
        connection.execute(
            f"create table order_lines as from read_csv('{sample}', columns = {columns}, "
            "auto_detect = false, header = true, quote = '\"', escape = '\"', store_rejects = true)"
        )
        (read,) = connection.execute("select count(*) from order_lines").fetchone()
        broken = connection.execute(
            "select error_type::varchar, count(distinct line) from reject_errors group by all"
        ).fetchall()
    assert dict(broken) == {
        "MISSING COLUMNS": counts["too_few_fields"],
        "TOO MANY COLUMNS": counts["too_many_fields"],
        "UNQUOTED VALUE": counts["unescaped_quote"],
    }
    lines = sample.read_bytes().count(b"\n") - 1
    assert read == lines - sum(number for _, number in broken)
    assert len(rows) == read + counts["unescaped_quote"]


def test_the_sample_looks_like_a_living_shop(rows):
    lines = pd.DataFrame(rows).drop_duplicates()
    lines = lines[lines["product_id"].str.match(r"\d{5}") & lines["order_id"].str.match(r"\d")]
    lines = lines.assign(
        ordered_at=pd.to_datetime(lines["ordered_at"], errors="coerce"),
        revenue=lines["quantity"].map(number) * lines["unit_price"].map(number),
        customer_id=lines["customer_id"].str.removesuffix(".0").replace("", None),
    )
    lines = lines[(lines["revenue"] > 0) & (lines["ordered_at"] < "2030")]
    orders = lines.drop_duplicates("order_id")
    buying_days = (
        lines.assign(day=lines["ordered_at"].dt.date).groupby("customer_id")["day"].nunique()
    )
    monthly = lines.groupby(lines["ordered_at"].dt.strftime("%Y-%m"))["revenue"].sum()
    assert lines["ordered_at"].min().date() == date(2023, 12, 4)
    assert lines["ordered_at"].max().date() == date(2025, 12, 9)
    assert 1_400 <= len(buying_days) <= 1_700
    assert (buying_days > 1).sum() >= 700
    assert 0.10 < orders["customer_id"].isna().mean() < 0.14
    assert 0.80 < (orders["country"] == "United Kingdom").mean() < 0.90
    assert (orders["ordered_at"].dt.day_of_week == 5).mean() < 0.01
    assert monthly.loc["2024-01":"2024-11"].sum() < monthly.loc["2025-01":"2025-11"].sum()
    for year in ("2024", "2025"):
        assert monthly[f"{year}-11"] > 1.4 * monthly[f"{year}-01" : f"{year}-08"].mean()


# ---- Seeds


def test_another_seed_makes_another_messy_file_with_every_kind(counts):
    smallest = replace(generator.SAMPLE, customers=300)
    first, other = (generator.make_messy_file(replace(smallest, seed=seed)) for seed in (1, 2))
    assert first.text != other.text
    assert set(first.counts) == set(other.counts) == set(counts)


def test_equal_seeds_make_equal_parquet_files(tmp_path):
    paths = [tmp_path / name for name in ("first", "again", "other")]
    for path, seed in zip(paths, "112", strict=True):
        generator.main(["--customers", "200", "--seed", seed, "--output", str(path)])
    first, again, other = (path.read_bytes() for path in paths)
    assert first == again
    assert first != other


# ---- The clean shop


def test_a_clean_shop_has_no_mess(clean_lines, clean_shop):
    assert not clean_lines.duplicated().any()
    assert (clean_lines["quantity"] > 0).all()
    assert (clean_lines["unit_price"] > 0).all()
    assert clean_lines["customer_id"].nunique() == clean_shop.parameters.customers
    assert clean_lines["ordered_at"].is_monotonic_increasing
    assert clean_lines.groupby("order_id").size().mean() == pytest.approx(4, rel=0.05)


def test_the_lines_of_an_order_add_up_to_its_drawn_spend(clean_lines, clean_shop):
    paid = clean_lines["quantity"] * clean_lines["unit_price"]
    paid -= clean_lines["discount_amount"].fillna(0)
    cents = (100 * paid.groupby(clean_lines["order_id"]).sum()).round()
    assert cents.tolist() == clean_shop.orders["spend"].tolist()


def test_orders_per_customer_are_those_of_the_bg_nbd_model(clean_shop):
    truth = clean_shop.parameters
    orders = clean_shop.orders.groupby("customer").size().reindex(clean_shop.customers.index)
    end = pd.Timestamp(truth.end_date) + pd.Timedelta(days=1)
    weeks = (end - clean_shop.customers["acquired_at"]) / pd.Timedelta(weeks=1)
    r, alpha, a, b = truth.r, truth.alpha, truth.a, truth.b

    # Equation 9 of Fader, Hardie and Lee (2005): expected repeat orders in so many weeks.
    expected = (a + b - 1) / (a - 1)
    expected *= 1 - (alpha / (alpha + weeks)) ** r * hyp2f1(
        r, b, a + b - 1, weeks / (alpha + weeks)
    )
    standard_error = orders.std() * len(orders) ** 0.5
    assert orders.sub(1).sum() == pytest.approx(expected.sum(), abs=3 * standard_error)
    once = (alpha / (alpha + weeks)) ** r
    standard_error = (once * (1 - once)).sum() ** 0.5
    assert (orders == 1).sum() == pytest.approx(once.sum(), abs=3 * standard_error)


def test_spend_per_order_is_that_of_the_gamma_gamma_model(clean_shop):
    truth = clean_shop.parameters
    means = clean_shop.customers["mean_spend"]
    assert means.mean() == pytest.approx(truth.mean_spend, rel=0.05)
    spend = clean_shop.orders.groupby("customer")["spend"].mean() / 100
    assert spend.mean() == pytest.approx(truth.mean_spend, rel=0.05)
    assert (spend / means).mean() == pytest.approx(1, rel=0.02)


def test_a_customer_of_a_clean_shop_orders_once_a_day(clean_shop):
    days = clean_shop.orders["ordered_at"].dt.normalize()
    assert (
        not pd.DataFrame({"customer": clean_shop.orders["customer"], "day": days})
        .duplicated()
        .any()
    )


def test_seasonality_moves_orders_and_keeps_their_number(clean_shop):
    seasonal = generator.simulate_shop(replace(clean_shop.parameters, seasonality=1.0))
    assert len(seasonal.orders) == pytest.approx(len(clean_shop.orders), rel=0.05)
    for shop, november, saturday in (
        (clean_shop, (0.9, 1.25), (0.13, 0.16)),
        (seasonal, (1.6, 2.4), (0, 0.01)),
    ):
        moment = shop.orders["ordered_at"]
        autumn = ((moment >= "2025-10-25") & (moment < "2025-12-06")).sum()
        summer = ((moment >= "2025-07-05") & (moment < "2025-08-16")).sum()
        assert november[0] < autumn / summer < november[1]
        assert saturday[0] <= (moment.dt.day_of_week == 5).mean() <= saturday[1]


def test_history_is_not_in_the_file_but_its_customers_are():
    parameters = generator.ShopParameters(customers=2_000, history_weeks=52, guest_share=0.2)
    shop = generator.simulate_shop(parameters)
    start = pd.Timestamp(parameters.start_date)
    acquired = shop.customers["acquired_at"].reindex(shop.orders["customer"])
    assert (shop.orders["ordered_at"] >= start).all()
    assert (acquired < start).any()
    assert (shop.orders["customer"] == generator.NOBODY).mean() == pytest.approx(0.2, abs=0.001)


def test_parquet_and_csv_hold_the_same_lines(tmp_path):
    for name in ("shop.parquet", "shop.csv"):
        generator.main(
            ["--customers", "300", "--guest-share", "0.1", "--output", f"{tmp_path / name}"]
        )
    with duckdb.connect() as connection:
        typed = connection.execute(
            f"select columns(*)::varchar from '{tmp_path / 'shop.parquet'}'"
        ).fetchall()
    _, *text = csv.reader((tmp_path / "shop.csv").open(encoding="utf-8", newline=""))
    assert [[value or "" for value in row] for row in typed] == text


def test_the_truth_is_written_beside_the_shop(tmp_path):
    output, truth = tmp_path / "shop.parquet", tmp_path / "truth.json"
    generator.main(
        ["--customers", "100", "--r", "0.5", "--output", str(output), "--truth", str(truth)]
    )
    written = json.loads(truth.read_text())
    assert written["parameters"]["r"] == 0.5
    assert written["parameters"]["alpha"] == 9.0
    assert written["customers_with_orders"] == 100
    assert "mess" not in written


# ---- Wrong arguments


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--customers", "0"], "customers must be at least 1, not 0."),
        (["--alpha", "-1"], "alpha must be greater than 0, not -1.0."),
        (
            ["--spend-q", "1"],
            "spend_q must be greater than 1, where mean spend is finite, not 1.0.",
        ),
        (["--seasonality", "2"], "seasonality must be at most 1, not 2.0."),
        (["--guest-share", "1"], "guest_share must be at most 0.9, not 1.0."),
        (["--wholesalers", "5", "--customers", "2"], "wholesalers must be at most 2, not 5."),
        (["--end-date", "2020-01-01"], "end_date must not be before start_date (2023-12-04)"),
        (["--start-date", "1.2.2024"], "'1.2.2024' is not a day like 2024-12-31."),
        (
            ["--mode", "messy", "--customers", "20"],
            "customers must be at least 300 for a messy shop",
        ),
        (
            ["--mode", "messy", "--end-date", "2023-12-20"],
            "end_date must be at least 60 days after",
        ),
        (["--mode", "messy", "--format", "parquet"], "A messy shop is written as csv"),
        (["--truth", "no/such/folder/t.json"], "There is no folder no/such/folder to write t.json"),
        (["--sample", "--seed", "3"], "--sample has fixed parameters"),
    ],
)
def test_a_wrong_argument_is_answered_with_a_sentence(arguments, sentence, capsys, tmp_path):
    if "--sample" not in arguments:
        arguments = [*arguments, "--output", str(tmp_path / "shop")]
    with pytest.raises(SystemExit) as stopped:
        generator.main(arguments)
    assert stopped.value.code == 2
    assert sentence in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
