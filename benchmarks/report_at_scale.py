"""Time and size of the report of a warehouse, and how fast it answers in a browser.

Takes the DuckDB file of a built warehouse, however many customers it has, and writes its report
into a folder of its own. Headless Chromium opens it and chooses one filter after another: every
country, channel and segment, and several periods. A filter has answered when the figures stand
there, and the charts when the last one in sight has been drawn.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from clientele.report.page import write_report

FLAGS = (
    "headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run",
    "disable-background-networking", "disable-component-update", "disable-sync",
    "window-size=1400,1000",
)  # fmt: skip
CHOICES = """
    return ["country", "channel", "segment", "from", "to", "compare"].flatMap((name) => {
        const box = document.getElementById(`filter-${name}`);
        return box ? [...box.options].map((option) => [name, option.value]) : [];
    });
"""
CHOOSE = """
    const [name, value, done] = arguments;
    const box = document.getElementById(`filter-${name}`);
    requestAnimationFrame(() => {
        const started = performance.now();
        box.value = value;
        box.dispatchEvent(new Event("change"));
        const answered = performance.now() - started;
        const look = () => {
            if (waiting.length) requestAnimationFrame(look);
            else done([answered, performance.now() - started]);
        };
        look();
    });
"""
OPENED = """
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    const { words, ready } = document.documentElement.dataset;
    return [paint ? paint.startTime : null, Number(words), Number(ready)];
"""


def opened_browser() -> webdriver.Chrome:
    """Open a headless Chromium."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for flag in FLAGS:
        options.add_argument(f"--{flag}")
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


def wait(found: Callable[[], object]) -> None:
    """Wait until something is there."""
    while not found():
        time.sleep(0.05)


def busy(browser: webdriver.Chrome) -> float:
    """How long the thread of the page has worked so far, in milliseconds."""
    metrics = browser.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    return 1000 * next(found["value"] for found in metrics if found["name"] == "TaskDuration")


def spread(values: list[float]) -> str:
    """Median and greatest of some milliseconds."""
    return f"{statistics.median(values):.0f} ms in the median, {max(values):.0f} ms at most"


def main() -> None:
    """Write the report, look at it, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("--settings", default="{}", help="DuckDB's, as JSON")
    parser.add_argument("--opened", type=int, default=5, help="how often the page is opened")
    arguments = parser.parse_args()
    with duckdb.connect(str(arguments.warehouse), read_only=True) as connection:
        customers, orders = connection.execute(
            "select count(distinct customer_id), count(*) from marts.fct_orders"
        ).fetchone()
    print(f"{customers:,} customers, {orders:,} orders")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.html"
        started, processor = time.perf_counter(), time.process_time()
        size = write_report(arguments.warehouse, report, settings=json.loads(arguments.settings))
        seconds, processor = time.perf_counter() - started, time.process_time() - processor
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        print(
            f"written in {seconds:.1f} s ({processor:.1f} s of processors), "
            f"{peak:.2f} GiB at the peak, {size / 1e6:.2f} MB",
            flush=True,
        )
        browser = opened_browser()
        try:
            paints, words, readies = [], [], []
            for _ in range(arguments.opened):
                browser.get("about:blank")
                browser.get(report.as_uri())
                wait(
                    lambda: browser.execute_script("return document.documentElement.dataset.ready")
                )
                paint, word, ready = browser.execute_script(OPENED)
                paints.append(paint)
                words.append(word)
                readies.append(ready)
            print(f"first paint {spread(paints)}")
            print(f"figures and sentences {spread(words)}")
            print(f"charts can be drawn {spread(readies)}")
            # time of the page's own thread, which other work on the machine does not lengthen
            browser.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
            for page in ("happened", "why"):
                browser.execute_script(f"document.getElementById('tab-{page}').click()")
                browser.execute_script(
                    f"document.querySelector('#page-{page} .plot').scrollIntoView()"
                )
                time.sleep(2)
                answers, charts, threads = [], [], []
                for name, value in browser.execute_script(CHOICES):
                    before = busy(browser)
                    answered, drawn = browser.execute_async_script(CHOOSE, name, value)
                    threads.append(busy(browser) - before)
                    answers.append(answered)
                    charts.append(drawn)
                print(f"{page}, {len(answers)} filters: figures {spread(answers)}")
                print(f"{page}, {len(answers)} filters: with charts {spread(charts)}")
                print(f"{page}, {len(answers)} filters: busy for {spread(threads)}", flush=True)
        finally:
            browser.quit()


if __name__ == "__main__":
    main()
