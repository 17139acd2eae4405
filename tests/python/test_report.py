"""The report: its cube against SQL, its queries against the contracts, the page in a browser."""

from __future__ import annotations

import base64
import datetime
import gzip
import itertools
import json
import os
import random
import re
import shutil
import time
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
import yaml
from conftest import PROJECT

pytest.importorskip("plotly", reason="The report draws with Plotly, which is not installed.")

from clientele.report.cube import DIMENSIONS, sales_cube  # noqa: E402
from clientele.report.metrics import MetricError, metric_values, read_metrics  # noqa: E402
from clientele.report.page import (  # noqa: E402
    ReportError,
    connect,
    json_for_script,
    page,
    report_data,
    write_report,
)
from clientele.report.panels import panel_results, report_panels  # noqa: E402

# Plotly would print the one bold, and a browser run the other.
SCRIPT = "<b>B</b><script>alert(1)</script>"
FORMULA = '=HYPERLINK("x")'
IMAGE = "<img src=x onerror=alert(2)>"
# A warehouse that has been built may be tested in its place.
REAL_WAREHOUSE = "CLIENTELE_REPORT_WAREHOUSE"


def make_empty_marts(connection: duckdb.DuckDBPyConnection) -> None:
    """Make every mart as its contract has it, without rows."""
    connection.execute("create schema marts")
    for file in sorted((PROJECT / "models" / "marts").rglob("_*__models.yml")):
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", []):
            columns = ", ".join(
                f"{column['name']} {column['data_type']}" for column in model["columns"]
            )
            connection.execute(f"create table marts.{model['name']} ({columns})")


def insert(connection: duckdb.DuckDBPyConnection, mart: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows that give some of the columns; the others are null."""
    connection.register("given", pd.DataFrame(rows))
    connection.execute(f"insert into marts.{mart} by name select * from given")


# What the tiles are held to, out of the orders, as the models have it.
MONTHS_OF_THE_SHOP = (
    """
    insert into marts.fct_sales_monthly by name
    select
        date_trunc('month', order_date) as month_start_date,
        month_start_date = $1 as is_partial_period,
        count(*) filter (where is_sale) as order_count,
        sum(gross_revenue) as gross_revenue,
        sum(returns_amount) as returns_amount,
        sum(net_revenue) as net_revenue
    from marts.fct_orders
    group by 1
    """,
    """
    insert into marts.fct_customer_base_monthly by name
    with visits as (
        select distinct customer_id, cast(date_trunc('month', order_date) as date) as visit_month
        from marts.fct_orders
        where is_sale and customer_id is not null
    ), ordered as (
        select *, lag(visit_month) over (partition by customer_id order by visit_month) as earlier
        from visits
    )
    select
        visit_month as month_start_date,
        visit_month = $1 as is_partial_period,
        count(*) as active_customers,
        count(*) filter (where earlier is null) as new_customers,
        count(*) filter (where earlier = visit_month - interval 1 month) as retained_customers,
        lag(count(*)) over (order by visit_month) as previous_active_customers
    from ordered
    group by visit_month
    """,
)


def make_campaigns_and_audiences(
    connection: duckdb.DuckDBPyConnection, segments: list[str]
) -> None:
    """Insert two campaigns, one of which could be measured, and what is known of customers."""
    insert(
        connection,
        "dim_customer_360",
        [
            {
                "customer_id": f"customer-{customer}",
                "rfm_segment": segments[customer % 3],
                "has_marketing_consent": [True, False, None][customer % 3],
                "is_lapsed": customer % 3 == 2,
                "risk_band": "high",
                "net_revenue": 30,
                "clv_12m": 12.5,
            }
            for customer in range(145)
        ],
    )
    experiment = {"is_experiment": True, "status": "ok", "campaign": SCRIPT}
    insert(
        connection,
        "fct_campaign_uplift",
        [
            {"status": "no_control_group", "is_experiment": False, "campaign": FORMULA},
            experiment | {"uplift": 0.05, "uplift_lower": 0.01, "uplift_upper": 0.09},
        ],
    )
    insert(
        connection,
        "fct_audiences",
        [
            {
                "audience_kind": "action",
                "audience": "rescue",
                "as_of_date": datetime.date(2025, 2, 28),
                "previous_as_of_date": datetime.date(2025, 2, 21),
                "members": 10,
                "previous_members": 11,
                "entered_members": 3,
                "left_members": 4,
                "members_to_contact": 9,
                "control_group_members": 1,
                "clv_6m": 70,
            }
        ],
    )
    offer = {"action": "rescue", "contacts": 4, "expected_incremental_profit": 21}
    insert(
        connection,
        "fct_budget_segments",
        [offer | {"segment": segment, "offer": "call"} for segment in segments[:2]],
    )


def make_shop(path: Path) -> None:
    """Make a small shop of 14 months, in countries that are written to do harm."""
    choose = random.Random(7)
    countries = ["United Kingdom", FORMULA, IMAGE, *(f"Land {number:02d}" for number in range(14))]
    segments = ["champions", "at_risk", "hibernating"]
    months = [datetime.date(2024 + month // 12, month % 12 + 1, 1) for month in range(14)]
    orders: list[dict[str, Any]] = []
    for customer in range(150):
        home = min(int(choose.expovariate(0.4)), len(countries) - 1)
        for month in months:
            for _ in range(choose.choice([0, 0, 0, 1, 1, 2])):
                gross = choose.randrange(100, 9000) / 100
                is_sale = choose.random() > 0.1
                returned = 0 if is_sale else gross / 2
                orders.append(
                    {
                        "order_id": f"o{len(orders)}",
                        "customer_id": None if choose.random() < 0.05 else f"customer-{customer}",
                        "order_date": month.replace(day=choose.randrange(1, 28)),
                        "country": countries[choose.choice([home, home, 0])],
                        "channel": choose.choice(["web", "web", "store", None]),
                        "is_sale": is_sale,
                        "units": choose.randrange(1, 9),
                        "gross_revenue": gross if is_sale else 0,
                        "discount_amount": 0,
                        "returns_amount": returned,
                        "net_revenue": gross if is_sale else -returned,
                    }
                )
    with duckdb.connect(str(path)) as connection:
        make_empty_marts(connection)
        insert(connection, "fct_orders", orders)
        insert(
            connection,
            "fct_customer_rfm",
            [
                {
                    "customer_id": f"customer-{customer}",
                    "recency_days": customer,
                    "order_count": 1 + customer % 7,
                    "monetary_value": 10 * customer,
                    "recency_score": 1 + customer % 5,
                    "frequency_score": 1 + customer % 4,
                    "monetary_score": 1,
                    "segment": segments[customer % 3],
                    "value_tier": "A",
                }
                # the last ones only ever gave something back, so that they are in no segment
                for customer in range(145)
            ],
        )
        for months_of_the_shop in MONTHS_OF_THE_SHOP:
            connection.execute(months_of_the_shop, [months[-1]])
        product = {"dimension": "product", "member": "P1", "product_description": SCRIPT}
        insert(
            connection,
            "fct_sales_breakdowns",
            [
                product | {"period_grain": "all", "revenue_rank": 1, "net_revenue": 99},
                product
                | {
                    "period_grain": "month",
                    "month_start_date": months[-2],
                    "net_revenue": 99,
                    "units": 3,
                },
            ],
        )
        make_campaigns_and_audiences(connection, segments)
        insert(
            connection,
            "rpt_settings",
            [
                {"setting": "reporting_currency", "setting_json": '"GBP"'},
                {"setting": "as_of_date", "setting_json": '"2025-02-28"'},
            ],
        )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a small shop, or a real one."""
    if os.environ.get(REAL_WAREHOUSE):
        return Path(os.environ[REAL_WAREHOUSE])
    path = tmp_path_factory.mktemp("shop") / "shop.duckdb"
    make_shop(path)
    return path


@pytest.fixture(scope="module")
def marts(shop: Path) -> Any:
    """A connection to the shop's marts."""
    with connect(shop) as connection:
        yield connection


@pytest.fixture(scope="module")
def report(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the shop."""
    path = tmp_path_factory.mktemp("report") / "deep" / "report.html"
    write_report(shop, path)
    return path


def sql_totals(connection: Any, months: tuple[str, str], **chosen: str) -> dict[str, float]:
    """What SQL says of a period, country, channel and segment."""
    conditions = " and ".join(f"{name} = $${value}$$" for name, value in chosen.items()) or "true"
    row = connection.execute(
        f"""
        with first_months as (
            select customer_id, strftime(min(order_date), '%Y-%m') as first_month
            from fct_orders
            where is_sale and customer_id is not null
            group by customer_id
        ), orders as (
            select
                orders.customer_id, orders.is_sale, orders.net_revenue,
                coalesce(orders.country, 'unknown') as country,
                coalesce(orders.channel, 'unknown') as channel,
                case
                    when orders.customer_id is null then 'unknown_customer'
                    else coalesce(rfm.segment, 'no_segment')
                end as segment,
                strftime(orders.order_date, '%Y-%m') as month,
                first_months.first_month
            from fct_orders as orders
            left join first_months on first_months.customer_id = orders.customer_id
            left join fct_customer_rfm as rfm on rfm.customer_id = orders.customer_id
        )
        select
            count(*) filter (where is_sale),
            coalesce(cast(sum(net_revenue) as double), 0),
            count(distinct customer_id) filter (where is_sale),
            count(distinct customer_id) filter (where is_sale and month = first_month)
        from orders
        where month between '{months[0]}' and '{months[1]}' and {conditions}
        """
    ).fetchone()
    names = ("order_count", "net_revenue", "active_customers", "new_customers")
    return dict(zip(names, row, strict=True))


def cube_totals(cube: dict[str, Any], months: tuple[str, str], **chosen: str) -> dict[str, float]:
    """Answer as the page does, in Python."""
    names = [month[:7] for month in cube["months"]]
    start, end = names.index(months[0]), names.index(months[1])
    counts = [
        len(cube["members"][name]["names"]) + (cube["members"][name]["other_count"] > 0)
        for name in DIMENSIONS
    ]
    numbers = [
        cube["members"][name]["names"].index(chosen[name]) if name in chosen else None
        for name in DIMENSIONS
    ]
    totals = {"order_count": 0, "net_revenue": 0, "active_customers": 0, "new_customers": 0}
    cells = cube["cells"]
    for row, key in enumerate(itertools.accumulate(cells["key"])):
        rest, segment = divmod(key, counts[2])
        rest, channel = divmod(rest, counts[1])
        month, country = divmod(rest, counts[0])
        here = (country, channel, segment)
        if start <= month <= end and all(
            number in (None, found) for number, found in zip(numbers, here, strict=True)
        ):
            totals["order_count"] += cells["order_count"][row]
            totals["net_revenue"] += cells["net_revenue"][row]
    totals["net_revenue"] /= cells["scale"]
    wanted = 0
    for number, count in zip(numbers, counts, strict=True):
        wanted = wanted * (count + 1) + (number + 1 if number is not None and count > 1 else 0)
    customers = cube["customers"]
    position = 0
    for combination, size in zip(customers["combination"], customers["size"], strict=True):
        pairs = itertools.accumulate(customers["pair"][position : position + size])
        for pair, count in zip(
            pairs, customers["customers"][position : position + size], strict=True
        ):
            month, earlier = divmod(pair, len(names) + 1)
            if combination == wanted and start <= month <= end and earlier - 1 < start:
                totals["active_customers"] += count
        position += size
    for combination, month, count in zip(
        customers["new_combination"],
        customers["new_month"],
        customers["new_customers"],
        strict=True,
    ):
        if combination == wanted and start <= month <= end:
            totals["new_customers"] += count
    return totals


def some_choices(cube: dict[str, Any]) -> list[tuple[tuple[str, str], dict[str, str]]]:
    """Periods and members that cover one, two and three filters."""
    months = [month[:7] for month in cube["months"]]
    names = {name: cube["members"][name]["names"] for name in DIMENSIONS}
    several = {name: found for name, found in names.items() if len(found) > 1}
    first = {name: found[0] for name, found in several.items()}
    last = {name: found[-1] for name, found in several.items()}
    some = dict(itertools.islice(first.items(), 1))
    return [
        ((months[0], months[-1]), {}),
        ((months[-3], months[-2]), {}),
        ((months[1], months[-2]), some),
        ((months[2], months[5]), {"segment": first["segment"]}),
        ((months[0], months[-2]), first),
        ((months[-6], months[-2]), last),
        ((months[4], months[4]), {"segment": last["segment"]}),
    ]


def test_the_cube_answers_what_sql_answers(marts: Any) -> None:
    cube = sales_cube(marts)
    for months, chosen in some_choices(cube):
        expected = sql_totals(marts, months, **chosen)
        assert cube_totals(cube, months, **chosen) == pytest.approx(expected), (months, chosen)
        if months == (cube["months"][0][:7], cube["months"][-1][:7]):
            assert expected["order_count"] > 100


def test_with_little_room_fewer_members_stand_alone_and_nothing_is_lost(marts: Any) -> None:
    cube, small = sales_cube(marts), sales_cube(marts, most_pairs=500)
    most, fewer = (
        sum(len(found["members"][name]["names"]) for name in ("country", "channel"))
        for found in (cube, small)
    )
    assert fewer < most or most == 2
    months = (cube["months"][0][:7], cube["months"][-1][:7])
    assert cube_totals(small, months) == pytest.approx(cube_totals(cube, months))


def test_every_query_fits_the_contracts_of_its_marts() -> None:
    with duckdb.connect() as connection:
        make_empty_marts(connection)
        connection.execute("use marts")
        panels = report_panels(top_customers=5)
        results = panel_results(connection, panels)
        known = {
            name
            for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()
        }
    for panel in panels:
        if set(panel.marts) <= known:
            assert results[panel.name]["rows"] is not None, panel.name
        else:
            assert results[panel.name]["missing"], panel.name


def test_a_customer_is_named_only_if_that_is_allowed(shop: Path, marts: Any) -> None:
    text = page(report_data(marts, shop))
    packed = re.search(r'id="data">([^<]+)<', text)
    assert packed
    plain = gzip.decompress(base64.b64decode(packed[1])).decode()
    for (customer,) in marts.execute(
        "select distinct customer_id from fct_customer_rfm where length(customer_id) > 4 "
        "and try_cast(customer_id as double) is null limit 50"
    ).fetchall():
        assert customer not in plain
    named = panel_results(marts, report_panels(top_customers=3))["top_customers"]
    assert len(named["rows"]) == 3


def test_the_page_is_one_file_without_addresses(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    assert report.stat().st_size < 6_000_000
    shell = re.sub(r'(?s)<script type="application/octet-stream".*?</script>', "", text)
    # the one address names SVG, and nobody calls it
    assert set(re.findall(r"https?://[^\"' ]+", shell)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=\"(?!data:)", shell)
    assert "default-src 'none'" in shell
    assert [path.name for path in report.parent.iterdir()] == [report.name]


def test_a_text_cannot_end_the_script_that_holds_it() -> None:
    text = json_for_script({"name": f"{SCRIPT}\u2028&"})
    assert not set(text) & set("<>&\u2028")
    assert json.loads(text) == {"name": f"{SCRIPT}\u2028&"}


def test_without_a_warehouse_one_sentence_says_so(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="run make build first"):
        write_report(tmp_path / "none.duckdb", tmp_path / "report.html")
    duckdb.connect(str(tmp_path / "other.duckdb")).execute("create schema marts").close()
    with pytest.raises(ReportError, match="has no fct_orders"):
        write_report(tmp_path / "other.duckdb", tmp_path / "report.html")
    with duckdb.connect(str(tmp_path / "empty.duckdb")) as connection:
        make_empty_marts(connection)
    with pytest.raises(ReportError, match="has no orders"):
        write_report(tmp_path / "empty.duckdb", tmp_path / "report.html")
    make_shop(tmp_path / "old.duckdb")
    with duckdb.connect(str(tmp_path / "old.duckdb")) as connection:
        connection.execute("alter table marts.fct_customer_actions drop column is_to_contact")
    with pytest.raises(ReportError, match="built by another version.*is_to_contact"):
        write_report(tmp_path / "old.duckdb", tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()


# ---- in a browser


class Browser:
    """A browser that shows the report."""

    def __init__(self, driver: Any, address: str) -> None:
        self.driver, self.address = driver, address

    def run(self, script: str) -> Any:
        return self.driver.execute_script(script)

    def open(self, fragment: str = "") -> None:
        """Open the page and wait until it is ready to draw."""
        self.driver.get("about:blank")
        self.driver.get_log("performance")
        self.driver.get(self.address + fragment)
        self.wait("return document.documentElement.dataset.ready")

    def wait(self, script: str, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not self.run(script):
            assert time.monotonic() < deadline, script
            time.sleep(0.05)

    def choose(self, name: str, value: str) -> None:
        self.run(
            f"const box = document.getElementById('filter-{name}');"
            f"box.value = {json.dumps(value)}; box.dispatchEvent(new Event('change'));"
        )

    def begin_again(self) -> None:
        """Show the first page, unfiltered, without loading it again."""
        self.run("document.getElementById('tab-happened').click()")
        self.run("document.getElementById('reset').click()")

    def errors(self) -> list[str]:
        return [
            entry["message"]
            for entry in self.driver.get_log("browser")
            if entry["level"] == "SEVERE"
        ]

    def tile(self, measure: str) -> float:
        return float(
            self.run(
                f"return document.querySelector('.tile[data-measure={measure}]').dataset.value"
            )
        )


def luminance(colour: str) -> float:
    """How light a colour such as #0072b2 is, from 0 to 1."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.fixture(scope="module")
def browser(report: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Headless Chromium with the report open."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="Selenium is not installed.")
    from selenium.webdriver.chrome.service import Service

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    chromedriver = shutil.which("chromedriver")
    if not chromium or not chromedriver:
        pytest.skip("There is no Chromium with its driver.")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (
        "headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run",
        "disable-background-networking", "disable-component-update", "disable-sync",
        "window-size=1280,900", f"user-data-dir={tmp_path_factory.mktemp('browser')}",
    ):  # fmt: skip
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(chromedriver))
    try:
        shown = Browser(driver, report.as_uri())
        shown.open()
        yield shown
    finally:
        driver.quit()


def test_every_page_is_drawn_without_an_error_or_a_request(browser: Browser) -> None:
    for name in browser.run("return PAGES.map((page) => page.id)"):
        browser.run(f"document.getElementById('tab-{name}').click()")
        # every card, not only those in sight
        browser.run(
            f"CARDS.filter((card) => card.page === '{name}' && card.element).forEach(drawCard)"
        )
        assert browser.run(f"return !document.getElementById('page-{name}').hidden")
        assert browser.run(f"return document.querySelectorAll('#page-{name} article').length") > 2
    assert browser.errors() == []
    assert "could not be drawn" not in browser.run(
        "return document.getElementById('content').textContent"
    )
    messages = [
        json.loads(entry["message"])["message"] for entry in browser.driver.get_log("performance")
    ]
    asked = [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]
    assert [url for url in asked if url.startswith(("http", "ws", "ftp"))] == []


def test_nothing_moves_when_the_charts_follow(browser: Browser) -> None:
    for name in browser.run("return PAGES.map((page) => page.id)"):
        browser.run(f"document.getElementById('tab-{name}').click()")
        heights = (
            f"return [...document.querySelectorAll('#page-{name} > *')]"
            ".map((card) => [card.id, card.offsetHeight])"
        )
        before = browser.run(heights)
        browser.run(
            f"CARDS.filter((card) => card.page === '{name}' && card.element).forEach(drawCard)"
        )
        assert browser.run(heights) == before


def test_a_filter_shows_what_sql_says(browser: Browser, marts: Any) -> None:
    browser.begin_again()
    cube = sales_cube(marts)
    months = [month[:7] for month in cube["months"]]
    for period, chosen in some_choices(cube):
        browser.choose("from", "0")
        browser.choose("to", str(months.index(period[1])))
        browser.choose("from", str(months.index(period[0])))
        for name in DIMENSIONS:
            if len(cube["members"][name]["names"]) > 1:
                names = cube["members"][name]["names"]
                browser.choose(name, str(names.index(chosen[name])) if name in chosen else "-1")
        shown = {
            measure: browser.tile(measure)
            for measure in ("order_count", "net_revenue", "active_customers", "new_customers")
        }
        assert shown == pytest.approx(sql_totals(marts, period, **chosen)), (period, chosen)
    assert browser.errors() == []


# What the tiles say of whole months, written out on the marts.
TILES = {
    "revenue": "sum(net_revenue) from fct_sales_monthly",
    "orders": "sum(order_count) from fct_sales_monthly",
    "average_order_value": "sum(net_revenue) / sum(order_count) from fct_sales_monthly",
    "active_customers": "count(distinct customer_id) filter (where is_sale) from fct_orders",
    "new_customers": "sum(new_customers) from fct_customer_base_monthly",
    "retention_rate": "sum(retained_customers) / sum(previous_active_customers) "
    "from fct_customer_base_monthly",
    "churn_rate": "1 - sum(retained_customers) / sum(previous_active_customers) "
    "from fct_customer_base_monthly",
    "return_rate": "sum(returns_amount) / sum(gross_revenue) from fct_sales_monthly",
}
TILES_AHEAD = {
    "customer_lifetime_value": "sum(clv_12m) from fct_customer_lifetime_value",
    "expected_orders": "sum(expected_orders_26w) from fct_customer_lifetime_value",
}


def month_end(month: str) -> str:
    """Last day of a month."""
    return str((pd.Period(month[:7]).end_time).date())


def test_a_tile_is_called_explained_and_counted_as_its_metric(browser: Browser, marts: Any) -> None:
    browser.begin_again()
    defined = read_metrics()
    monthly = marts.execute(
        "select month_start_date from fct_sales_monthly where not is_partial_period order by 1"
    ).fetchall()
    whole = [str(month) for (month,) in monthly]
    everything = [month[:7] for month in sales_cube(marts)["months"]]
    for first, last in ((whole[0], whole[-1]), (whole[-3], whole[-2]), (whole[1], whole[1])):
        browser.choose("from", "0")
        browser.choose("to", str(everything.index(last[:7])))
        browser.choose("from", str(everything.index(first[:7])))
        tiles = browser.run(
            "return [...document.querySelectorAll('#card-tiles .tile')].map((tile) => ["
            "tile.dataset.metric, tile.querySelector('.name').textContent,"
            "tile.querySelector('p').textContent, Number(tile.dataset.value)])"
        )
        assert [tile[0] for tile in tiles] == list(TILES)
        for metric, label, explained, shown in tiles:
            words = defined.words()[metric]
            assert (label, explained) == (words["label"], words["description"]), metric
            days = "order_date" if "fct_orders" in TILES[metric] else "month_start_date"
            (expected,) = marts.execute(
                f"select {TILES[metric]} where {days} between '{first}' and '{month_end(last)}'"
            ).fetchone()
            asked = defined.value(marts, metric, first, month_end(last))
            assert float(asked) == pytest.approx(float(expected), rel=1e-12), metric
            assert shown == pytest.approx(float(expected), rel=1e-9), (metric, first, last)


def test_every_tile_that_names_a_metric_names_one_of_the_project(
    browser: Browser, marts: Any
) -> None:
    browser.run("document.getElementById('tab-next').click()")
    shown = dict(
        browser.run(
            "return [...document.querySelectorAll('#page-next .tile[data-metric]')]"
            ".map((tile) => [tile.dataset.metric, tile.dataset.value])"
        )
    )
    templates = (PROJECT / "clientele" / "report" / "templates").glob("*cards.js")
    code = "".join(path.read_text(encoding="utf-8") for path in templates)
    named = set(re.findall(r'(?:metricTile\("|METRICS\.)(\w+)', code))
    assert set(TILES_AHEAD) <= named <= set(read_metrics().metrics)
    values = metric_values(marts, read_metrics(), TILES_AHEAD)
    for metric, sql in TILES_AHEAD.items():
        (expected,) = marts.execute(f"select {sql}").fetchone()
        assert values[metric] == (expected if expected is None else pytest.approx(expected))
        if expected is not None:
            assert float(shown[metric]) == pytest.approx(expected, rel=1e-6), metric


def test_a_metric_that_is_not_understood_is_refused(marts: Any, tmp_path: Path) -> None:
    with pytest.raises(MetricError, match="no metric luck"):
        read_metrics().value(marts, "luck")
    with pytest.raises(MetricError, match="No metric is defined"):
        read_metrics(tmp_path)


def test_metrics_of_ones_own_are_counted_or_refused_but_never_wrong(
    marts: Any, tmp_path: Path
) -> None:
    (tmp_path / "empty.yml").write_text("")
    (tmp_path / "own.yml").write_text(
        """
        semantic_models:
          - name: orders
            model: ref("fct_orders")
            measures:
              - {name: largest, agg: max, expr: net_revenue}
              - {name: middle, agg: median, expr: net_revenue}
        metrics:
          - {name: largest, type: simple, type_params: {measure: largest}}
          - {name: middle, type: simple, type_params: {measure: middle}}
          - {name: web, type: simple, type_params: {measure: largest}, filter: "channel = 'web'"}
          - name: part
            type: ratio
            type_params: {numerator: {name: largest, filter: "1 = 1"}, denominator: largest}
          - {name: running, type: cumulative, type_params: {measure: largest}}
        """
    )
    own = read_metrics(tmp_path)
    assert own.words()["largest"] == {"label": "largest", "description": ""}
    [(largest,)] = marts.execute("select max(net_revenue) from fct_orders").fetchall()
    assert own.value(marts, "largest") == largest
    for name, sentence in {
        "middle": "agg must be one of sum, average",
        "web": "web has a filter",
        "part": "part has a filter",
        "running": "cumulative metric; the report can ask for simple",
    }.items():
        with pytest.raises(MetricError, match=sentence):
            own.value(marts, name)


def test_audiences_and_uplift_are_those_of_the_marts(browser: Browser, marts: Any) -> None:
    browser.run("document.getElementById('tab-do').click()")
    found = browser.run(
        "return ['audiences', 'uplift-status'].map((id) => {"
        "const card = CARDS.find((found) => found.id === id);"
        "return card.element ? card.table(VIEW, dataOf(card)) : { columns: [], rows: [] }; })"
    )
    audiences, uplift = (
        [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]] for table in found
    )
    (kind,) = {row["audience_kind"] for row in audiences}
    expected = marts.execute(
        "select audience, members, entered_members, left_members, "
        "(select sum(contacts) from fct_budget_segments as plan where plan.action = audience) "
        "from fct_audiences where audience_kind = ?",
        [kind],
    ).fetchall()
    names = ("audience", "members", "entered_members", "left_members", "planned_contacts")
    assert {tuple(row[name] for name in names) for row in audiences} == set(expected)
    assert {(row["status"], row["campaigns"]) for row in uplift} == set(
        marts.execute("select status, count(*) from fct_campaign_uplift group by all").fetchall()
    )


def test_a_link_brings_back_the_view(browser: Browser, marts: Any) -> None:
    browser.begin_again()
    cube = sales_cube(marts)
    segment = cube["members"]["segment"]["names"][1]
    browser.choose("from", "1")
    browser.choose("to", "4")
    browser.choose("segment", "1")
    browser.choose("compare", "year")
    shown = browser.tile("net_revenue")
    address = browser.run("return location.href")
    browser.open("#" + address.split("#", 1)[1])
    assert browser.run("return document.getElementById('filter-segment').value") == "1"
    assert browser.tile("net_revenue") == shown
    note = browser.run("return document.getElementById('filter-note').textContent")
    assert segment.replace("_", " ").capitalize() in note
    browser.run("location.hash = 'page=quality'")
    browser.wait("return !document.getElementById('page-quality').hidden")
    browser.run("location.hash = 'page=nonsense&from=1066-10&country=Atlantis&segment=%3Cb%3E'")
    browser.wait("return state.page === 'happened'")
    assert browser.errors() == []


def test_a_text_of_the_data_stays_a_text(browser: Browser) -> None:
    if os.environ.get(REAL_WAREHOUSE):
        pytest.skip("Only the made-up shop has texts that are written to do harm.")
    browser.begin_again()
    browser.run("window.alert = () => { window.alerted = true; }")
    browser.run(
        "['countries', 'products'].forEach((id) => drawCard(CARDS.find((card) => card.id === id)))"
    )
    browser.run("document.getElementById('tab-do').click()")
    browser.run("drawCard(CARDS.find((card) => card.id === 'uplift'))")
    browser.run("document.getElementById('tab-happened').click()")
    shown = browser.run("return document.getElementById('card-uplift').textContent")
    assert SCRIPT[:20] in shown
    for name, text in (("products", SCRIPT), ("countries", IMAGE[:15])):
        shown = browser.run(f"return document.querySelector('#card-{name} .plot').textContent")
        assert text in shown, name
    browser.choose("country", "1")
    assert browser.run("return document.querySelectorAll('main img, main script').length") == 0
    assert not browser.run("return window.alerted")
    assert browser.errors() == []


def test_a_download_holds_no_formula(browser: Browser) -> None:
    lines = browser.run(
        "return csvText(['name', 'value'], [['=1+1', -2], ['+1', 3], ['-1', 1], ['@a', 1],"
        " ['\\tx', 1], ['\\rx', 1], ['a,\"b\"', null]])"
    ).split("\r\n")
    assert lines[1] == '"\'=1+1",-2'
    assert [line[:3] for line in lines[2:7]] == ["\"'+", "\"'-", "\"'@", "\"'\t", "\"'\r"]
    assert lines[7] == '"a,""b""",'


def test_dark_follows_the_system_and_the_button(browser: Browser) -> None:
    browser.driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": "dark"}]},
    )
    browser.wait("return document.documentElement.dataset.theme === 'dark'")
    browser.run("document.getElementById('theme').click()")
    assert browser.run("return document.documentElement.dataset.theme") == "light"
    browser.run("try { localStorage.clear(); } catch { }")


def test_texts_can_be_read_in_light_and_dark(browser: Browser) -> None:
    for theme in ("light", "dark"):
        browser.run(f"setTheme('{theme}')")
        for back, inks in {
            "--card": ("--ink", "--muted", "--faint", "--accent", "--good", "--bad"),
            "--page": ("--ink", "--muted", "--faint", "--accent"),
            "--accent-soft": ("--ink", "--accent"),
            "--warn-back": ("--ink",),
        }.items():
            for ink in inks:
                first, second = (
                    luminance(browser.run(f"return css('{name}')")) for name in (back, ink)
                )
                contrast = (max(first, second) + 0.05) / (min(first, second) + 0.05)
                assert contrast >= 4.5, (theme, back, ink, contrast)
    # numbers on the cells of heat maps, whatever the colour of the cell
    for theme in ("light", "dark"):
        browser.run(f"setTheme('{theme}')")
        for scale in ("sequential()", "diverging()"):
            written = browser.run(
                "const z = [Array.from({ length: 41 }, (_, step) => step / 40)];"
                "const map = { z, x: z[0], y: [0], text: [z[0].map(String)],"
                f" colorscale: {scale}, zmin: 0, zmax: 1 }};"
                "return heatTexts(map).textfont.color"
            )
            assert len(written) == 41
            assert set(written) == {"#10161d", "#ffffff"}
    browser.run("setTheme('light')")


def test_the_tabs_are_reached_by_keys(browser: Browser) -> None:
    browser.begin_again()
    browser.run(
        "document.getElementById('tab-happened').dispatchEvent("
        "new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }))"
    )
    assert browser.run("return document.activeElement.id") == "tab-why"
    assert browser.run("return document.activeElement.getAttribute('aria-selected')") == "true"
