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
from scipy.stats import chi2_contingency, mannwhitneyu, spearmanr

ROOT = Path(__file__).resolve().parents[2]


def load_script(name: str):
    """Import a script, which is no part of the package."""
    specification = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module


# The generator imports the other one by its name.
sources = load_script("shop_sources")
generator = load_script("generate_shop")


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    """The sample and its truth, made by the command line."""
    folder = tmp_path_factory.mktemp("sample")
    path = folder / "order_lines.csv"
    generator.main(["--sample", "--output", str(path), "--truth", str(folder / "truth.json")])
    return path


@pytest.fixture(scope="module")
def truth(sample) -> dict:
    return json.loads((sample.parent / "truth.json").read_text())


@pytest.fixture(scope="module")
def counts(truth) -> dict[str, int]:
    return truth["mess"]


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the lines of a file that have as many fields as its header."""
    names, *lines = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    return [dict(zip(names, line, strict=True)) for line in lines if len(line) == len(names)]


@pytest.fixture(scope="module")
def rows(sample) -> list[dict[str, str]]:
    return read_rows(sample)


@pytest.fixture(scope="module")
def tables(sample) -> dict[str, pd.DataFrame]:
    """The other files of the sample as text, without their exact duplicates."""
    return {
        name: pd.DataFrame(read_rows(sample.parent / f"{name}.csv")).drop_duplicates()
        for name in sources.MESS
    }


@pytest.fixture(scope="module")
def sales(rows) -> pd.DataFrame:
    """Sales of products, whatever is wrong with their customer or their cost."""
    lines = pd.DataFrame(rows).drop_duplicates()
    lines = lines[lines["product_id"].str.match(r"\d{5}") & lines["order_id"].str.match(r"\d")]
    lines = lines.assign(
        ordered_at=pd.to_datetime(lines["ordered_at"], errors="coerce"),
        quantity=lines["quantity"].map(number),
        unit_price=lines["unit_price"].map(number),
        customer_id=lines["customer_id"].str.removesuffix(".0"),
    )
    return lines[
        (lines["quantity"] > 0) & (lines["unit_price"] > 0) & (lines["ordered_at"] < "2030")
    ]


@pytest.fixture(scope="module")
def buyers(sales, tables) -> pd.DataFrame:
    """What the files tell of each customer, beside his first and last order and his mean spend."""
    sales = sales[sales["currency"] == "GBP"].assign(
        spend=sales["quantity"] * sales["unit_price"],
    )
    orders = sales.groupby(["customer_id", "order_id"], as_index=False).agg(
        spend=("spend", "sum"), day=("ordered_at", "min")
    )
    told = tables["customers"].drop_duplicates("customer_id").set_index("customer_id")
    # Firms are not told who they are, and are left out by that.
    return (
        orders.groupby("customer_id")
        .agg(mean_spend=("spend", "mean"), first=("day", "min"), last=("day", "max"))
        .join(told, how="inner")
        .query("household != ''")
    )


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


@pytest.mark.parametrize("name", ["order_lines", *sources.MESS])
def test_the_bundled_sample_is_made_again_byte_for_byte(sample, name):
    bundled = generator.SAMPLE_PATH.parent / f"{name}.csv"
    assert (sample.parent / bundled.name).read_bytes() == bundled.read_bytes()


def test_the_sample_has_the_promised_form(sample):
    content = sample.read_bytes()
    assert content.startswith(",".join(generator.MESSY_COLUMNS).encode() + b"\n")
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
    columns = dict.fromkeys(generator.MESSY_COLUMNS, "VARCHAR")
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


# ---- What belongs together


def lifts(baskets: pd.DataFrame, catalogue: pd.DataFrame) -> pd.DataFrame:
    """Return lift and support of each rule of affinity.

    Baskets have one row per line: order, next_order (missing if none) and product (row of the
    catalogue).
    """
    ranked = catalogue.sort_values("popularity", ascending=False)
    nth = ranked.groupby("thing").cumcount() + 1
    row_of = dict(zip(zip(ranked["thing"], nth, strict=True), ranked.index, strict=True))
    orders = baskets["order"].nunique()
    held = baskets.groupby("product")["order"].agg(set)
    next_orders = baskets.dropna(subset="next_order")
    pairs = next_orders["order"].nunique()
    led = next_orders.groupby("product")["next_order"].agg(set)
    ends = set(next_orders["next_order"])
    found = [
        (len(held[a] & held[b]), len(held[a]) * len(held[b]) / orders, orders)
        for a, b in ((row_of[a], row_of[b]) for a, b, _ in generator.BOUGHT_TOGETHER)
    ]
    found += [
        (len(led[a] & held[b]), len(led[a]) * len(held[b] & ends) / pairs, pairs)
        for a, b in ((row_of[a], row_of[b]) for a, b, _ in generator.BOUGHT_NEXT)
    ]
    table = pd.DataFrame(found, columns=["both", "by_chance", "orders"])
    return table.assign(
        lift=table["both"] / table["by_chance"], support=table["both"] / table["orders"]
    )


def in_turn(orders: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Add the customer's next order to lines; orders are in the order of time."""
    known = orders[~orders["customer"].isin(["", generator.NOBODY])]
    following = known.groupby("customer")["order"].shift(-1)
    return lines.merge(known.assign(next_order=following)[["order", "next_order"]], how="left")


def test_related_products_of_the_sample_are_bought_together_and_again(sales):
    catalogue = generator.make_catalogue(generator.SAMPLE)
    row_of = pd.Series(catalogue.index, catalogue["product_id"])
    lines = sales.assign(product=sales["product_id"].str.upper().map(row_of))
    lines = lines.rename(columns={"order_id": "order", "customer_id": "customer"})
    lines = lines[(lines["order"] != "") & lines["product"].notna()]
    orders = lines.sort_values(["ordered_at", "order"]).drop_duplicates("order")
    found = lifts(in_turn(orders[["order", "customer"]], lines[["order", "product"]]), catalogue)
    assert found["lift"].between(2, 16).all()
    assert found["support"].between(0.01, 0.03).all()


def test_no_product_of_a_clean_shop_asks_for_another(clean_shop):
    orders = clean_shop.orders.rename_axis("order").reset_index()
    lines = pd.concat(clean_shop.baskets(), ignore_index=True)[["order", "product"]]
    found = lifts(in_turn(orders[["order", "customer"]], lines), clean_shop.catalogue)
    # Cheap things stand together in the baskets of small budgets: lifts are not 1.
    assert (found["support"] < 0.005).all()


def test_affinity_replaces_and_adds_lines_and_keeps_the_shop_as_it_is():
    shop = generator.simulate_shop(generator.SAMPLE)
    before = pd.concat(shop.baskets(), ignore_index=True)
    after = generator.add_affinity(shop, before)
    independent = replace(shop, parameters=replace(shop.parameters, affinity=0.0))
    pd.testing.assert_frame_equal(generator.add_affinity(independent, before), before)

    line = ["order", "product"]
    assert after.duplicated(line).sum() <= before.duplicated(line).sum()
    held, holds = (basket.groupby("order")["product"].agg(set) for basket in (before, after))
    assert holds.map(len).ge(held.map(len)).all()
    assert len(after) == pytest.approx(len(before), rel=0.03)
    money, more_money = (
        (basket["quantity"] * basket["unit_price"]).sum() for basket in (before, after)
    )
    assert more_money == pytest.approx(money, rel=0.03)
    assert after["discount"].sum() == pytest.approx(before["discount"].sum(), rel=0.05)
    added = after.merge(before[line].drop_duplicates(), how="left", indicator=True)
    added = added[added["_merge"] == "left_only"].join(
        shop.catalogue[["unit_price", "later_unit_price"]].add_prefix("listed_"), on="product"
    )
    listed = added[["listed_unit_price", "listed_later_unit_price"]]
    listed = listed.where(
        added["quantity"] < generator.BULK_QUANTITY, listed * generator.BULK_PRICE_FACTOR
    )
    assert (np.rint(listed).sub(added["unit_price"], axis=0) == 0).any(axis=1).all()
    assert added["quantity"].between(1, max(generator.MOST_PIECES)).all()
    assert 15 < added["product"].nunique() < 25


# ---- Currencies


def test_euros_are_the_list_price_at_the_rate_of_the_day(sales, tables, counts):
    rates = tables["exchange_rates"].query("currency == 'EUR'")
    rates = rates.assign(
        exchange_rate=rates["exchange_rate"].map(number),
        rate_date=pd.to_datetime(rates["rate_date"], errors="coerce").astype("datetime64[ns]"),
    )
    rates = rates[rates["exchange_rate"] > 0].dropna().sort_values("rate_date")
    euros = sales.query("currency == 'EUR'").sort_values("ordered_at")
    euros = euros.assign(ordered_at=euros["ordered_at"].astype("datetime64[ns]"))
    euros = pd.merge_asof(
        euros[["ordered_at", "product_id", "unit_price", "country"]],
        rates[["rate_date", "exchange_rate"]],
        left_on="ordered_at",
        right_on="rate_date",
        tolerance=pd.Timedelta(days=6),
    )
    assert 700 < len(euros) < counts["in_euro"]
    assert set(euros["country"]) == {"Germany", "France", "Spain", "Netherlands"}
    assert euros["ordered_at"].min() > pd.Timestamp("2024-12-08")
    catalogue = generator.make_catalogue(generator.SAMPLE).set_index("product_id")
    prices = catalogue.loc[euros["product_id"].str.upper(), ["unit_price", "later_unit_price"]]
    prices = np.hstack([prices, np.rint(prices * generator.BULK_PRICE_FACTOR)])
    charged = np.rint(prices / euros[["exchange_rate"]].to_numpy())
    assert (charged == (100 * euros[["unit_price"]]).round().to_numpy()).any(axis=1).all()


def test_one_order_is_paid_in_a_currency_without_a_rate(rows, tables):
    orders = {(row["order_id"], row["currency"]) for row in rows if row["order_id"] != "order_id"}
    odd = {order: currency for order, currency in orders if currency not in ("GBP", "EUR")}
    assert list(odd.values()) == ["SEK"]
    assert "SEK" not in set(tables["exchange_rates"]["currency"])
    assert set(tables["exchange_rates"]["currency"]) == {"EUR", "USD", ""}


# ---- The files beside the order lines


def not_like(pattern: str):
    """Return a test for values that are there and not of a form."""
    return lambda value: value != "" and not re.fullmatch(pattern, value)


IS_NO_MOMENT = not_like(r"20\d\d-(0\d|1[0-2])-\d\d( \d\d:\d\d:\d\d)?")
IS_NO_AMOUNT = not_like(r"-?\d+(\.\d\d)?")
IS_NO_BOOLEAN = not_like("true|false")
HAS_DECIMALS = re.compile(r"\d+\.0").fullmatch
IS_EMPTY = "".__eq__
SPOILT = [
    ("customers", "decimal_customer_id", "customer_id", HAS_DECIMALS),
    ("customers", "unparseable_birth_year", "birth_year", not_like(r"\d{4}")),
    ("customers", "unparseable_income", "income", not_like(r"\d+")),
    ("customers", "unparseable_date", "joined_at", IS_NO_MOMENT),
    ("customers", "unparseable_boolean", "has_marketing_consent", IS_NO_BOOLEAN),
    ("customers", "missing_customer_id", "customer_id", IS_EMPTY),
    ("product_costs", "missing_product_id", "product_id", IS_EMPTY),
    ("product_costs", "empty_cost", "unit_cost", IS_EMPTY),
    ("product_costs", "unparseable_cost", "unit_cost", IS_NO_AMOUNT),
    ("product_costs", "unparseable_date", "valid_from", IS_NO_MOMENT),
    ("exchange_rates", "zero_rate", "exchange_rate", lambda value: number(value) == 0),
    ("exchange_rates", "unparseable_rate", "exchange_rate", not_like(r"\d(\.\d{5})?")),
    ("exchange_rates", "unparseable_date", "rate_date", IS_NO_MOMENT),
    ("exchange_rates", "missing_currency", "currency", IS_EMPTY),
    ("campaign_touches", "unknown_customer", "customer_id", re.compile("999999..").fullmatch),
    ("campaign_touches", "decimal_customer_id", "customer_id", HAS_DECIMALS),
    ("campaign_touches", "missing_customer_id", "customer_id", IS_EMPTY),
    ("campaign_touches", "missing_campaign", "campaign", IS_EMPTY),
    ("campaign_touches", "unparseable_date", "sent_at", IS_NO_MOMENT),
    ("campaign_touches", "unparseable_boolean", "has_responded", IS_NO_BOOLEAN),
    ("marketing_spend", "negative_amount", "amount", lambda value: number(value) < 0),
    ("marketing_spend", "unparseable_amount", "amount", IS_NO_AMOUNT),
    ("marketing_spend", "empty_amount", "amount", IS_EMPTY),
    ("marketing_spend", "unparseable_date", "spent_at", IS_NO_MOMENT),
    ("marketing_spend", "missing_channel", "channel", IS_EMPTY),
    ("web_sessions", "decimal_customer_id", "customer_id", HAS_DECIMALS),
    ("web_sessions", "missing_session_id", "session_id", IS_EMPTY),
    ("web_sessions", "missing_visitor_id", "visitor_id", IS_EMPTY),
    ("web_sessions", "unparseable_date", "started_at", IS_NO_MOMENT),
]


def test_every_source_holds_as_much_mess_as_is_counted(sample, tables, truth):
    found = {name: {} for name in tables}
    for name, kind, column, is_spoilt in SPOILT:
        found[name][kind] = sum(map(bool, map(is_spoilt, tables[name][column])))
    for name, table in tables.items():
        lines = (sample.parent / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        found[name]["exact_duplicate"] = len(lines) - len(set(lines))
        found[name]["too_few_fields"] = len(set(lines)) - 1 - len(table)
        found[name]["good"] = len(lines) - 1 - sum(found[name].values())
    customers = tables["customers"]["customer_id"]
    found["customers"]["second_row"] = customers[customers != ""].duplicated().sum()
    found["customers"]["good"] -= found["customers"]["second_row"]
    assert found == truth["sources"]


def test_the_sources_know_what_the_order_lines_hold(sales, tables):
    known = set(tables["customers"]["customer_id"].str.removesuffix(".0")) - {""}
    ordered = set(sales["customer_id"]) - {""}
    assert ordered < known
    assert 200 < len(known - ordered) < 300
    assert set(sales["product_id"].str.upper()) <= set(tables["product_costs"]["product_id"])
    assert set(tables["marketing_spend"]["channel"]) - {""} == set(generator.CHANNELS)
    assert set(tables["web_sessions"]["channel"]) == {"web", "marketplace"}
    for name in ("campaign_touches", "web_sessions"):
        named = set(tables[name]["customer_id"].str.removesuffix(".0")) - {""}
        unknown = {customer for customer in named - known if not customer.startswith("999999")}
        assert not unknown
        assert named & ordered
    touched = tables["campaign_touches"].merge(tables["customers"], on="customer_id")
    touched = touched[touched["customer_id"] != ""]
    assert (touched["has_marketing_consent"] != "false").all()
    is_date = touched["joined_at"].str.startswith("20") & touched["sent_at"].str.startswith("20")
    is_impossible = touched["sent_at"].str.startswith("2025-13")
    is_impossible |= touched["joined_at"].str.startswith("2025-13")
    assert (touched["joined_at"] < touched["sent_at"])[is_date & ~is_impossible].all()


def test_some_attributes_tell_something_about_customers_and_gender_nothing(buyers):
    has_left = buyers["last"] < pd.Timestamp("2025-06-09")

    def share_who_left(name, values):
        chosen = buyers[name].isin(values)
        return pd.crosstab(buyers.loc[chosen, name], has_left[chosen], normalize="index")[True]

    def chance(name, values):
        chosen = buyers[name].isin(values)
        return chi2_contingency(pd.crosstab(buyers.loc[chosen, name], has_left[chosen])).pvalue

    earning = buyers[buyers["income"].str.fullmatch(r"\d+")]
    assert spearmanr(earning["income"].astype(int), earning["mean_spend"]).statistic > 0.4
    assert chance("household", ["single", "couple", "family"]) < 0.001
    left = share_who_left("household", ["single", "couple", "family"])
    assert left["family"] < left["couple"] < left["single"]
    left = share_who_left("has_marketing_consent", ["true", "false"])
    assert left["true"] < left["false"]
    assert chance("gender", ["female", "male"]) > 0.05
    spend = [buyers.query("gender == @name")["mean_spend"] for name in ("female", "male")]
    assert mannwhitneyu(*spend).pvalue > 0.05
    joined = pd.to_datetime(buyers["joined_at"], errors="coerce")
    assert 0.01 < (joined > buyers["first"]).mean() < 0.05


def test_attributes_go_with_the_true_customer_and_gender_with_nothing(clean_shop):
    people = sources.make_people(clean_shop, tuple(generator.COUNTRIES))
    people = people.merge(clean_shop.customers, left_on="customer", right_index=True)
    is_single = (people["household"] == "single")[people["household"] != ""]
    is_female = (people["gender"] == "female")[people["gender"] != ""]
    has_consent = people["has_marketing_consent"] == "true"
    for trait, truth, expected in (
        (is_single, "dropout_probability", 0.30),
        (has_consent, "dropout_probability", -0.25),
        (is_single, "mean_spend", 0),
        (is_female, "dropout_probability", 0),
        (is_female, "mean_spend", 0),
        (is_female, "weekly_rate", 0),
    ):
        correlation = spearmanr(trait, people.loc[trait.index, truth]).statistic
        assert correlation == pytest.approx(expected, abs=0.03)


def test_those_who_ordered_lately_respond_more_often_and_then_order(sales, tables):
    touches = tables["campaign_touches"].query("has_responded in ('true', 'false')")
    touches = touches.assign(sent_at=pd.to_datetime(touches["sent_at"], errors="coerce")).dropna()
    assert touches["campaign"].replace("", None).nunique() == 8
    orders = sales[["customer_id", "ordered_at"]].drop_duplicates()
    pairs = touches.merge(orders, on="customer_id", how="left")
    days = (pairs["ordered_at"] - pairs["sent_at"]) / pd.Timedelta(days=1)
    pairs = pairs.assign(is_recent=days.between(-60, 0), is_followed=days.between(0, 14))
    touches = pairs.groupby(["customer_id", "sent_at", "has_responded"], as_index=False)[
        ["is_recent", "is_followed"]
    ].any()
    responded = touches["has_responded"] == "true"
    assert 0.03 < responded.mean() < 0.12
    assert touches[responded]["is_followed"].mean() > 0.6
    assert responded[touches["is_recent"]].mean() > 2 * responded[~touches["is_recent"]].mean()


def test_spend_and_sessions_are_in_proportion_to_customers_and_orders(sales, tables):
    new = sales[sales["customer_id"] != ""].sort_values("ordered_at")
    new = new.drop_duplicates("customer_id")["channel"].value_counts()
    spend = tables["marketing_spend"]["amount"].map(number)
    spend = spend.groupby(tables["marketing_spend"]["channel"]).sum()
    assert (spend / new).dropna().between(8, 40).all()
    sessions = tables["web_sessions"]["channel"].value_counts()
    orders = sales[sales["ordered_at"] >= tables["web_sessions"]["started_at"].min()]
    orders = orders.drop_duplicates("order_id")["channel"].value_counts()
    assert (orders / sessions).dropna().between(0.08, 0.15).all()
    assert 0.05 < (tables["web_sessions"]["customer_id"] != "").mean() < 0.3


def test_the_sample_is_small_enough_to_be_bundled(sample):
    sizes = {path.stem: path.stat().st_size for path in sample.parent.glob("*.csv")}
    assert sizes["web_sessions"] < 1_200_000
    assert sum(sizes.values()) < 4_500_000


def test_a_messy_shop_has_the_other_files_where_a_folder_for_them_is_given(tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    arguments = ["--mode", "messy", "--customers", "300", "--output", str(tmp_path / "shop.csv")]
    generator.main(arguments)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["shop.csv"]
    generator.main([*arguments, "--sources", str(folder)])
    assert {path.stem for path in folder.iterdir()} == set(sources.MESS)


# ---- Seeds


def test_another_seed_makes_other_messy_files_with_every_kind(counts, truth):
    smallest = replace(generator.SAMPLE, customers=300)
    first, other = (generator.make_messy_file(replace(smallest, seed=seed)) for seed in (1, 2))
    assert first.text != other.text
    assert set(first.counts) == set(other.counts) == set(counts)
    first, other = (generator.make_source_files(file.shop) for file in (first, other))
    for name, kinds in truth["sources"].items():
        assert first[name].text != other[name].text
        assert set(first[name].counts) == set(other[name].counts) == set(kinds)


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
        (["--affinity", "-0.1"], "affinity must be at least 0, not -0.1."),
        (["--affinity", "1"], "--affinity goes with a messy shop only; add --mode messy."),
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
        (["--sources", "."], "--sources goes with a messy shop only; add --mode messy."),
        (["--mode", "messy", "--sources", "no/such"], "There is no folder no/such to write"),
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
