"""Make the order lines of a shop of any size, from a customer process whose parameters are known.

Two kinds of file come out of it:

* ``clean``: nothing but sales, in Parquet or CSV, written piece by piece, so that a shop of a
  million customers fits into a small machine. For benchmarks, and for checking a fitted model
  against the truth.
* ``messy``: the same process with everything that real exports of a shop hold besides sales, as
  one CSV file, which has a currency besides. The bundled ``sample/order_lines.csv`` is one of
  these. `shop_sources` makes the files that go with it: customers, costs, rates and so on.

The customers behave as two published models assume:

1. While active, a customer orders as a Poisson process with his own weekly rate.
2. The rates of the customers follow a Gamma distribution, shape ``r`` and rate ``alpha`` (weeks).
3. After each order but the first, a customer leaves for good with his own probability.
4. These probabilities follow a Beta distribution with parameters ``a`` and ``b``.
5. Rate and probability are independent of each other. 1 to 5 are the BG/NBD model [1]_; the first
   order is the acquisition itself, and nobody leaves right after it.
6. The money of an order follows a Gamma distribution with shape ``spend_p`` around the customer's
   own mean; the scale of the customers varies by a Gamma distribution with shape ``spend_q`` and
   rate ``spend_v``. The mean of all customers is ``spend_p * spend_v / (spend_q - 1)``. Money is
   independent of rate and probability. This is the Gamma-Gamma model [2]_.

What the models do not have, and this shop can be given: a year with seasons, weekdays and holidays
(``seasonality``; a common clock that runs faster before Christmas and stands still on holidays),
customers from before the first day of the file (``history_weeks``), guests and wholesalers. With
all of these at 0, a fit finds the seven parameters again.

Products are drawn into baskets by popularity, season and budget, independently of each other. A
messy shop is given what real baskets have besides (``affinity``): when all baskets are filled, some
popular things draw others into the order that they stand in (`BOUGHT_TOGETHER`: a teapot goes with
a cake stand), and some bring a consumable into the customer's next order (`BOUGHT_NEXT`: candles
are burnt and bought again). They take the place of another line that costs about as much, or are
a further line where there is no other.

References
----------
.. [1] Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005), "Counting Your Customers" the Easy Way:
   An Alternative to the Pareto/NBD Model. Marketing Science 24 (2), 275-284.
.. [2] Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005), RFM and CLV: Using Iso-Value Curves for
   Customer Base Analysis. Journal of Marketing Research 42 (4), 415-430.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property
from itertools import product as combinations
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from shop_sources import SourceFile, make_sources, rates_at

MONEY = pa.decimal128(12, 2)
CLEAN_SCHEMA = pa.schema(
    [
        ("order_id", pa.string()),
        ("customer_id", pa.string()),
        ("ordered_at", pa.timestamp("s")),
        ("product_id", pa.string()),
        ("description", pa.string()),
        ("quantity", pa.int32()),
        ("unit_price", MONEY),
        ("country", pa.string()),
        ("channel", pa.string()),
        ("discount_amount", MONEY),
        ("unit_cost", MONEY),
    ]
)
MESSY_COLUMNS = (*CLEAN_SCHEMA.names, "currency")
SAMPLE_PATH = Path(__file__).resolve().parents[1] / "sample" / "order_lines.csv"

NOBODY = -1
UNKNOWN_COST = -1
UNKNOWN_COST_SHARE = 0.3
ORDERS_PER_CHUNK = 200_000
MOST_LINES_PER_ORDER = 80
SMALLEST_MESSY_SHOP, SHORTEST_MESSY_SHOP = 300, 60

# ---- The year of the shop: how busy a day is, by day of the year and by weekday
SEASON_DAY = (1, 20, 46, 75, 105, 135, 166, 196, 227, 258, 288, 320, 338, 350, 358, 366)
SEASON = (0.70, 0.74, 0.86, 0.92, 0.86, 0.96, 0.92, 0.86)
SEASON += (0.88, 1.12, 1.30, 1.62, 1.66, 1.30, 0.60, 0.60)
MONDAY_TO_SUNDAY = (1.12, 1.18, 1.16, 1.24, 1.06, 0.03, 0.91)
HOLIDAYS = ((1, 1), (12, 24), (12, 25), (12, 26), (12, 31))
CHRISTMAS_MONTHS = (9, 10, 11, 12)
# Share of a day's orders that come in before each hour.
HOURS = (7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 23)
SHARE_BEFORE_HOUR = (0, 0.01, 0.06, 0.15, 0.27, 0.40, 0.55, 0.68, 0.80, 0.89, 0.94, 0.96, 0.985, 1)

# ---- Where customers live and how they order
COUNTRIES = {
    "United Kingdom": 0.852,
    "Germany": 0.038,
    "France": 0.034,
    "EIRE": 0.028,
    "Netherlands": 0.018,
    "Spain": 0.024,
    "Unspecified": 0.006,
}
CHANNELS = {"web": 0.62, "store": 0.20, "marketplace": 0.12, "phone": 0.06}
LOYALTY_TO_CHANNEL = 0.85
HOME_COUNTRY, STORE, WEB = 0, 1, 0

# ---- Words of the catalogue: product, cheapest and dearest price in cents
THINGS = {
    "MUG": (255, 595), "TEA TOWEL": (295, 425), "CUSHION": (595, 1495), "CANDLE": (85, 695),
    "T-LIGHT": (65, 165), "LANTERN": (395, 1995), 'FRAME 7"': (295, 995), "CLOCK": (850, 2995),
    "CAKE STAND": (995, 2495), "TEAPOT": (850, 1995), "TIN": (165, 595), "APRON": (425, 995),
    "JARS TEA,SUGAR": (595, 995), "LUNCH BAG": (165, 210), "BUNTING": (255, 495),
    "GIFT WRAP": (29, 55), "GIFT BAG": (42, 125), "CARD": (19, 42), "NOTEBOOK": (125, 375),
    "PENCILS": (42, 165), "KEYRING": (65, 210), "DOORMAT": (595, 850), "BOWL": (125, 595),
    "JUG": (295, 850), "PLATE": (125, 425), "NAPKINS": (85, 145), "COASTER": (55, 145),
    "DOORSTOP": (425, 695), "HAND WARMER": (165, 210), "UMBRELLA": (495, 995),
    "SHOPPER": (85, 210), "TRINKET BOX": (125, 495), "HOOK": (85, 295), "MIRROR": (495, 2495),
    "MAGNET": (42, 125), "BAUBLE": (42, 195), "STOCKING": (295, 595), "WREATH": (495, 1495),
    "CRACKERS": (295, 695), "PAPER CHAIN": (85, 295),
}  # fmt: skip
CHRISTMAS_THINGS = ("BAUBLE", "STOCKING", "WREATH", "CRACKERS", "PAPER CHAIN")
STYLES = ("RED", "BLUE", "PINK", "GREEN", "IVORY", "RETRO", "VINTAGE", "MINI", "RUSTIC", "SET/4")
STYLES += ("LARGE", "PASTEL")
MOTIFS = ("HEART", "STAR", "ROSE", "OWL", "BIRD", "SPOT", "STRIPE", "DAISY", "FOX", "BEE", "FERN")
PRICES = (19, 29, 42, 55, 65, 85, 105, 125, 145, 165, 195, 210, 255, 295, 345, 375, 425, 495, 550)
PRICES += (595, 695, 765, 850, 995, 1095, 1275, 1495, 1695, 1995, 2495, 2995)
OFF_SEASON_POPULARITY = 0.02
# The most pieces of a product that a buyer wants, drawn anew for each line.
MOST_PIECES = (1, 2, 2, 3, 4, 6, 6, 12, 12, 24, 48)
# A buyer looks at one in so many products at least.
LEAST_CHOICE = 8
MOST_PRODUCTS = 50_000

# ---- What belongs together in a messy shop: two things, each the nth most popular of its kind, and
# ---- how likely one draws the other into its order, or the first brings the second into the next.
BOUGHT_TOGETHER = (
    (("CAKE STAND", 1), ("TEAPOT", 1), 0.22),
    (("LANTERN", 1), ("CANDLE", 1), 0.18),
    (("LANTERN", 1), ("LANTERN", 3), 0.18),
    (("CANDLE", 1), ("CANDLE", 2), 0.20),
    (("SHOPPER", 1), ("SHOPPER", 2), 0.25),
    (("SHOPPER", 1), ("LUNCH BAG", 1), 0.23),
    (("DOORSTOP", 1), ("DOORMAT", 1), 0.25),
    (("DOORMAT", 1), ("UMBRELLA", 1), 0.25),
    (("TEAPOT", 1), ("MUG", 1), 0.24),
    (("CAKE STAND", 1), ("CAKE STAND", 2), 0.20),
    (("CAKE STAND", 1), ("APRON", 1), 0.21),
    (("TRINKET BOX", 1), ("GIFT WRAP", 1), 0.45),
    (("GIFT WRAP", 1), ("CARD", 1), 0.32),
    (("LANTERN", 1), ("T-LIGHT", 1), 0.21),
)
BOUGHT_NEXT = (
    (("CANDLE", 1), ("CANDLE", 1), 0.30),
    (("LANTERN", 1), ("CANDLE", 1), 0.20),
    (("GIFT WRAP", 1), ("GIFT WRAP", 1), 0.50),
    (("CARD", 1), ("GIFT WRAP", 1), 0.30),
)

# ---- What a messy shop does with its list prices (a clean one meets the drawn spend instead)
BULK_QUANTITY, BULK_PRICE_FACTOR = 24, 0.85
PACK_QUANTITY, PACK = 12, 6
PROMOTION_SHARE, PROMOTION_DISCOUNT = 0.07, 0.10
DEARER_SHARE, DEARER_FACTOR = 0.6, 1.08
WHOLESALE_SPEND_FACTORS, WHOLESALE_WEEKLY_RATE, WHOLESALE_DROPOUT = (5, 15), 0.2, 0.01

# ---- Who pays in euros, since when, and a currency that no rate is known of
HOME_CURRENCY, EURO, EURO_COUNTRIES = "GBP", "EUR", ("Germany", "France", "Spain", "Netherlands")
EURO_DAYS, EURO_SHARE = 365, 0.7
CURRENCY_WITHOUT_RATE, ITS_RATE = "SEK", 0.074

# ---- The mess: how many of each kind a file of about 20,000 lines holds
LINES_OF_MESS = 20_000
MESS = {
    "cancellation": 150,
    "return_without_cancellation": 35,
    "cancelled_within_minutes": 1,
    "exact_duplicate": 100,
    "postage": 220,
    "dotcom_postage": 50,
    "carriage": 40,
    "manual": 22,
    "manual_lower_case": 3,
    "discount_line": 14,
    "sample": 10,
    "bank_charges": 12,
    "adjustment": 6,
    "marketplace_fee": 12,
    "gift_voucher": 12,
    "test_product": 3,
    "bad_debt": 3,
    "zero_price": 20,
    "stock_write_off": 45,
    "zero_quantity": 5,
    "missing_order_id": 6,
    "empty_date": 4,
    "unparseable_date": 6,
    "empty_quantity": 3,
    "unparseable_quantity": 4,
    "empty_price": 3,
    "unparseable_price": 4,
    "unparseable_discount": 2,
    "unparseable_cost": 2,
    "decimal_customer_id": 8,
    "second_country": 6,
    "second_time_stamp": 14,
    "far_future_date": 1,
    "too_few_fields": 2,
    "too_many_fields": 2,
    "unescaped_quote": 2,
    "currency_without_rate": 1,
}
OVERLAP_DAYS = 3
TRAILING_BLANK_SHARE = 0.08
PRODUCTS_WITH_TWO_CASES, LOWER_CASE_SHARE = 8, 0.2
PRODUCTS_WITH_TWO_DESCRIPTIONS, SECOND_DESCRIPTION_SHARE = 12, 0.3
WRITE_OFF_REMARKS = ("damaged", "damages", "wet", "lost", "?", "broken", "thrown away", "check", "")
UNPARSEABLE_DATES = ("31/02/2025", "not a date", "2025-13-45 10:00:00")
UNPARSEABLE_QUANTITIES = ("six", "1O")
UNPARSEABLE_PRICES = ("£4.95", "n/a")
UNPARSEABLE_DISCOUNTS = ("10%", "staff")
UNPARSEABLE_COSTS = ("tbc", "?")
FAR_FUTURE_DAY = "2035-03-14"


@dataclass(frozen=True)
class ShopParameters:
    """Everything a shop is made from.

    Parameters
    ----------
    customers : int
        Customers acquired from ``history_weeks`` before ``start_date`` until ``end_date``. Those
        who do not order between these two dates are not in the file (none of them are missing
        when ``history_weeks`` is 0).
    start_date, end_date : datetime.date
        First and last day of the file, both included.
    history_weeks : int
        Weeks of trading before the first day of the file, which the file does not show.
    r, alpha : float
        Shape (no unit) and rate (weeks) of the Gamma distribution of the weekly order rates.
    a, b : float
        Parameters of the Beta distribution of the probability to leave after an order.
    spend_p, spend_q, spend_v : float
        Gamma-Gamma parameters p and q (no unit) and v (currency units) of the money of an order.
    seasonality : float
        0: every day is alike, 1: the full year of a gift shop with hardly any order on Saturdays.
    acquisition_growth : float
        Growth of the number of acquired customers per year; 0.1 is 10 % a year.
    lines_per_order : float
        Mean number of order lines, before those of an order with equal product and price become
        one (which takes a few percent of them away).
    products : int
        Products of the catalogue.
    guest_share : float
        Share of the orders that carry no customer.
    wholesalers : int
        Customers who order often and much, beside the assumptions of the two models.
    exact_spend : bool
        True: the lines of an order add up (quantity times unit price less discount) to the drawn
        spend to the cent, and unit prices vary a little around the list price. False: list prices,
        packs, bulk prices and promotions, and the drawn spend is met by and large.
    affinity : float
        0: no product asks for another one, 1: what belongs together is bought together and anew as
        often as `BOUGHT_TOGETHER` and `BOUGHT_NEXT` say. Of a messy shop only; an order that gets
        a line so costs more than its drawn spend.
    one_order_a_day : bool
        True: a second order of a customer on a day moves to the next open day, so that orders and
        days with an order are the same number.
    seed : int
        Two shops with equal parameters are equal.
    """

    customers: int = 10_000
    start_date: date = date(2023, 12, 4)
    end_date: date = date(2025, 12, 9)
    history_weeks: int = 0
    r: float = 0.6
    alpha: float = 9.0
    a: float = 0.3
    b: float = 2.4
    spend_p: float = 2.2
    spend_q: float = 3.5
    spend_v: float = 55.0
    seasonality: float = 0.0
    acquisition_growth: float = 0.1
    lines_per_order: float = 4.0
    products: int = 400
    guest_share: float = 0.0
    wholesalers: int = 0
    exact_spend: bool = True
    affinity: float = 0.0
    one_order_a_day: bool = True
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse what no shop can be made from.

        Raises
        ------
        ValueError
            With one sentence that names the parameter and what is legal.
        """
        if self.end_date < self.start_date:
            raise ValueError(
                f"end_date must not be before start_date ({self.start_date}), not {self.end_date}."
            )
        for name in ("r", "alpha", "a", "b", "spend_p", "spend_v"):
            if not 0 < getattr(self, name) < np.inf:
                raise ValueError(f"{name} must be greater than 0, not {getattr(self, name)}.")
        if not 1 < self.spend_q < np.inf:
            raise ValueError(
                f"spend_q must be greater than 1, where mean spend is finite, not {self.spend_q}."
            )
        limits = {
            "customers": (1, 50_000_000),
            "history_weeks": (0, 2_000),
            "seasonality": (0, 1),
            "acquisition_growth": (-0.9, 10),
            "lines_per_order": (1, 40),
            "products": (10, MOST_PRODUCTS),
            "guest_share": (0, 0.9),
            "wholesalers": (0, self.customers),
            "affinity": (0, 1),
            "seed": (0, 2**63),
        }
        for name, (least, most) in limits.items():
            value = getattr(self, name)
            if not least <= value <= most:
                text = f"at least {least}" if value < least else f"at most {most}"
                raise ValueError(f"{name} must be {text}, not {value}.")

    @property
    def mean_spend(self) -> float:
        """Mean money of an order over all customers, in currency units."""
        return self.spend_p * self.spend_v / (self.spend_q - 1)

    def random(self, *stream: int) -> np.random.Generator:
        """Return the source of randomness of one step, independent of the other steps."""
        return np.random.default_rng([self.seed, *stream])


SAMPLE = ShopParameters(
    customers=2_100,
    history_weeks=120,
    alpha=8.0,
    a=0.65,
    seasonality=1.0,
    acquisition_growth=0.05,
    lines_per_order=2.75,
    guest_share=0.12,
    wholesalers=12,
    exact_spend=False,
    affinity=1.0,
    one_order_a_day=False,
    seed=20_251_209,
)


class Calendar:
    """The days of the shop, and the clock of operational weeks that its customers live by.

    Operational time runs as calendar time does on the average of a full cycle of years, faster on
    busy days and not at all on closed ones. A Poisson process in operational time is one with a
    seasonal rate in calendar time.

    Attributes
    ----------
    days : pandas.DatetimeIndex
        Every day from ``history_weeks`` before the first day of the file to its last day.
    weight : numpy.ndarray of shape (n_days,)
        How busy each day is; 1 is the average.
    weeks_before : numpy.ndarray of shape (n_days + 1,)
        Operational weeks that have passed when a day begins.
    first_day : int
        Position of the first day of the file.
    """

    def __init__(self, parameters: ShopParameters) -> None:
        self.first_day = 7 * parameters.history_weeks
        first = np.datetime64(parameters.start_date, "D") - self.first_day
        self.days = pd.DatetimeIndex(np.arange(first, np.datetime64(parameters.end_date, "D") + 1))
        cycle = pd.date_range("2000-01-01", "2027-12-31", freq="D")
        self.weight = self._busyness(self.days, parameters.seasonality)
        self.weight = self.weight / self._busyness(cycle, parameters.seasonality).mean()
        self.weeks_before = np.concatenate([[0.0], np.cumsum(self.weight)]) / 7
        self._open_days = np.flatnonzero(self.weight > 0)
        self._opening_rank = np.cumsum(self.weight > 0) - 1

    @staticmethod
    def _busyness(days: pd.DatetimeIndex, seasonality: float) -> np.ndarray:
        season = np.interp(days.day_of_year, SEASON_DAY, SEASON)
        weekday = np.array(MONDAY_TO_SUNDAY)[days.day_of_week]
        holiday = np.isin(days.month * 100 + days.day, [100 * m + d for m, d in HOLIDAYS])
        return 1 + seasonality * (season * weekday * ~holiday - 1)

    def weeks_at(self, day: np.ndarray, part_of_day: np.ndarray) -> np.ndarray:
        """Return the operational weeks at a moment given as day and part of the day in [0, 1)."""
        return self.weeks_before[day] + part_of_day * self.weight[day] / 7

    def moment_at(self, weeks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return day and part of the day at which so many operational weeks have passed."""
        day = np.searchsorted(self.weeks_before, weeks, side="right") - 1
        return day, (weeks - self.weeks_before[day]) * 7 / self.weight[day]

    def spread_to_own_days(self, customer: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Move each customer's later orders of a day to the next open days.

        Parameters
        ----------
        customer, day : numpy.ndarray of shape (n_orders,)
            Customers and positions of days, sorted by customer and time.

        Returns
        -------
        numpy.ndarray of shape (n_orders,)
            Positions of days that are distinct within a customer; ``len(days)`` is after the end.
        """
        starts = np.flatnonzero(np.diff(customer, prepend=-1))
        rank = np.arange(len(customer)) - np.repeat(starts, np.diff(starts, append=len(customer)))
        lift = customer.astype(np.int64) * (len(self.days) + len(customer))
        room = self._opening_rank[day] - rank + lift
        opening = np.maximum.accumulate(room) + rank - lift
        return np.append(self._open_days, len(self.days))[np.minimum(opening, len(self._open_days))]


def make_catalogue(parameters: ShopParameters) -> pd.DataFrame:
    """Return the products, sorted by list price.

    Returns
    -------
    pandas.DataFrame
        product_id, thing (key of THINGS), description, unit_price and unit_cost (cents; a cost of
        -1 is unknown), popularity (share of the draws in season), is_christmas, later_unit_price
        (cents) and later_from (numpy.datetime64, when the later price begins).
    """
    random = parameters.random(1)
    size = parameters.products
    short = list(combinations(THINGS, ("",), STYLES + MOTIFS))
    long = list(combinations(THINGS, MOTIFS, STYLES))
    names = [short[i] for i in random.permutation(len(short))[: size * 3 // 5]]
    names += [long[i] for i in random.permutation(len(long))[: size - len(names)]]
    names = [(*names[i % len(names)], 1 + i // len(names)) for i in range(size)]
    names.sort(key=lambda name: (name[0], name[3], name[1:3]))
    thing = [name[0] for name in names]
    texts = [
        " ".join(filter(None, [style, motif, thing, str(edition) if edition > 1 else ""]))
        for thing, motif, style, edition in names
    ]

    numbers = iter(random.choice(np.arange(20_000, 90_000), size, replace=False))
    takes_letter = random.random(size) < 0.35
    codes: list[str] = []
    for i in range(size):
        if i and takes_letter[i] and thing[i] == thing[i - 1] and codes[-1][5:] < "H":
            number, letter = codes[-1][:5], codes[-1][5:] or "A"
            codes[-1] = number + letter
            codes.append(number + chr(ord(letter) + 1))
        else:
            codes.append(str(next(numbers)))

    ladder = np.array(PRICES)
    limits = np.array([THINGS[name] for name in thing])
    lowest = np.searchsorted(ladder, limits[:, 0])
    price = ladder[random.integers(lowest, np.searchsorted(ladder, limits[:, 1], side="right"))]
    cost = np.rint(price * random.uniform(0.35, 0.6, size)).astype(np.int64)
    later_price = np.rint(price * DEARER_FACTOR / 5).astype(np.int64) * 5
    is_dearer = random.random(size) < DEARER_SHARE
    later_day = random.uniform(0.3, 0.7, size) * (parameters.end_date - parameters.start_date).days
    catalogue = pd.DataFrame(
        {
            "product_id": codes,
            "thing": thing,
            "description": texts,
            "unit_price": price,
            "unit_cost": np.where(random.random(size) < UNKNOWN_COST_SHARE, UNKNOWN_COST, cost),
            "popularity": (random.permutation(size) + 25.0) ** -0.8 * (price / 300) ** -0.4,
            "is_christmas": np.isin(thing, CHRISTMAS_THINGS),
            "later_unit_price": np.where(is_dearer, np.maximum(later_price, price), price),
            "later_from": np.datetime64(parameters.start_date, "s")
            + later_day.astype("timedelta64[D]"),
        }
    )
    return catalogue.sort_values(["unit_price", "product_id"], kind="stable", ignore_index=True)


@dataclass(frozen=True)
class Shop:
    """A shop: who its customers are, when they ordered and for how much.

    Attributes
    ----------
    parameters : ShopParameters
        What the shop was made from.
    customers : pandas.DataFrame
        One row per acquired customer: customer_id, acquired_at, weekly_rate (orders per
        operational week), dropout_probability, mean_spend (currency units per order), country and
        channel (positions in COUNTRIES and CHANNELS), is_wholesaler, is_active_at_end.
    orders : pandas.DataFrame
        One row per order of the file, sorted by time: customer (row of ``customers``, or -1),
        ordered_at, spend (cents), country, channel.
    catalogue : pandas.DataFrame
        See `make_catalogue`.
    """

    parameters: ShopParameters
    customers: pd.DataFrame
    orders: pd.DataFrame
    catalogue: pd.DataFrame

    @property
    def truth(self) -> dict:
        """The parameters of the process and what came of it, as plain JSON values."""
        return {
            "parameters": {
                name: value.isoformat() if isinstance(value, date) else value
                for name, value in asdict(self.parameters).items()
            },
            "expected_mean_spend": self.parameters.mean_spend,
            "customers_with_orders": int(self.orders["customer"].loc[lambda c: c >= 0].nunique()),
            "customers_active_at_end": int(self.customers["is_active_at_end"].sum()),
            "orders": len(self.orders),
            "orders_of_guests": int((self.orders["customer"] == NOBODY).sum()),
            "spend": int(self.orders["spend"].sum()) / 100,
        }

    @cached_property
    def _popularity_until(self) -> np.ndarray:
        """Cumulated popularity by season (off, Christmas) and product, ascending throughout."""
        weight = self.catalogue["popularity"].to_numpy()
        christmas = self.catalogue["is_christmas"].to_numpy()
        off_season = np.where(christmas, OFF_SEASON_POPULARITY * weight, weight)
        share = np.stack([off_season / off_season.sum(), weight / weight.sum()])
        return (np.cumsum(share, axis=1) + [[0], [1]]).ravel()

    def _draw_products(
        self, budget: np.ndarray, in_season: np.ndarray, random: np.random.Generator
    ) -> np.ndarray:
        """Draw a product of which a budget (cents) pays for a few pieces; the cheapest if none."""
        offset = in_season * len(self.catalogue)
        prices = self.catalogue["unit_price"].to_numpy()
        dearest = np.maximum(np.searchsorted(prices, budget, side="right"), 1) - 1
        least_price = budget / random.choice(MOST_PIECES, len(budget))
        cheapest = np.searchsorted(prices, np.where(least_price > prices[-1], 0, least_price))
        cheapest = np.clip(cheapest, 0, np.maximum(dearest - len(prices) // LEAST_CHOICE, 0))
        start = np.where(cheapest > 0, self._popularity_until[offset + cheapest - 1], in_season)
        end = self._popularity_until[offset + dearest]
        until = start + random.random(len(budget)) * (end - start)
        drawn = np.searchsorted(self._popularity_until, until, side="right") - offset
        return np.clip(drawn, cheapest, dearest)

    def baskets(self) -> Iterator[pd.DataFrame]:
        """Yield the baskets of all orders in the order of time, see `fill_baskets`."""
        for chunk, first in enumerate(range(0, len(self.orders), ORDERS_PER_CHUNK)):
            last = min(first + ORDERS_PER_CHUNK, len(self.orders))
            yield self.fill_baskets(first, last, self.parameters.random(3, chunk))

    def fill_baskets(self, first: int, last: int, random: np.random.Generator) -> pd.DataFrame:
        """Fill the baskets of some orders.

        Each line takes a random part of what is left of the spend, finds a product for it and as
        many pieces as it pays for; the last line takes the rest.

        Parameters
        ----------
        first, last : int
            Rows of ``orders``, the last one excluded.
        random : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        pandas.DataFrame
            order (row of ``orders``), product (row of ``catalogue``), quantity, unit_price and
            discount (cents), sorted by order; no two lines of an order have the same product and
            unit price.
        """
        orders = self.orders.iloc[first:last]
        spend = orders["spend"].to_numpy()
        exact = self.parameters.exact_spend
        mean = (self.parameters.lines_per_order - 1) * (spend / self._typical_spend) ** 0.4
        lines = 1 + random.poisson(random.gamma(1.5, mean / 1.5))
        lines = np.minimum(lines, MOST_LINES_PER_ORDER)
        order = np.argsort(-lines, kind="stable")
        lines, left = lines[order], spend[order].copy()
        moment = orders["ordered_at"].to_numpy()[order]
        in_season = np.isin(orders["ordered_at"].dt.month, CHRISTMAS_MONTHS).astype(np.int64)[order]

        pieces = []
        for position in range(lines[0]):
            here = np.searchsorted(-lines, -position, side="left")
            further = np.searchsorted(-lines, -position - 1, side="left")
            share = random.beta(1.5, 1.5 * (lines[:further] - position - 1))
            budget = np.append((left[:further] * share).astype(np.int64), left[further:here])
            product = self._draw_products(budget, in_season[:here], random)
            price = self._list_price(product, moment[:here])
            quantity = budget // price
            if exact:
                product, price, quantity, discount = self._pay_exactly(
                    product, price, quantity, budget, further
                )
            else:
                quantity[further:] = np.maximum(np.rint(budget[further:] / price[further:]), 1)
                quantity, price = _in_packs(quantity, price)
                discount = np.zeros_like(price)
            left[:further] -= (quantity * price - discount)[:further]
            pieces.append(
                pd.DataFrame(
                    {
                        "order": first + order[:here],
                        "product": product,
                        "quantity": quantity,
                        "unit_price": price,
                        "discount": discount,
                    }
                )[quantity > 0]
            )
        basket = _merge_equal_lines(pd.concat(pieces, ignore_index=True))
        if not exact:
            promoted = random.random(last - first) < PROMOTION_SHARE
            money = basket["quantity"] * basket["unit_price"] * PROMOTION_DISCOUNT
            basket["discount"] = np.where(promoted[basket["order"] - first], np.rint(money), 0)
            basket["discount"] = basket["discount"].astype(np.int64)
        return basket

    @cached_property
    def _typical_spend(self) -> float:
        """The spend (cents) that makes the mean of ``(spend / typical) ** 0.4`` equal 1."""
        return float(np.mean(self.orders["spend"].to_numpy() ** 0.4) ** 2.5)

    def _list_price(self, product: np.ndarray, moment: np.ndarray) -> np.ndarray:
        price = self.catalogue["unit_price"].to_numpy()[product]
        if self.parameters.exact_spend:
            return price
        later = self.catalogue["later_unit_price"].to_numpy()[product]
        return np.where(moment >= self.catalogue["later_from"].to_numpy()[product], later, price)

    def _pay_exactly(
        self,
        product: np.ndarray,
        price: np.ndarray,
        quantity: np.ndarray,
        budget: np.ndarray,
        further: int,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Let the last lines (from ``further`` on) take all of their budget.

        Few pieces become one piece of the product whose list price is nearest to the budget; many
        pieces share it, rounded up to a cent, and the pennies too many are a discount.
        """
        prices = self.catalogue["unit_price"].to_numpy()
        discount = np.zeros_like(price)
        rest = budget[further:]
        single = (quantity[further:] < 5) & (rest <= prices[-1])
        above = np.minimum(np.searchsorted(prices, rest), len(prices) - 1)
        below = np.maximum(above - 1, 0)
        nearest = np.where(prices[above] - rest < rest - prices[below], above, below)
        share = np.maximum(np.rint(rest / price[further:]).astype(np.int64), 1)
        product[further:] = np.where(single, nearest, product[further:])
        quantity[further:] = np.where(rest == 0, 0, np.where(single, 1, share))
        price[further:] = -(-rest // np.maximum(quantity[further:], 1))
        discount[further:] = quantity[further:] * price[further:] - rest
        return product, price, quantity, discount

    def line_chunks(self) -> Iterator[pa.RecordBatch]:
        """Yield the clean order lines in the order of time, a piece at a time.

        Yields
        ------
        pyarrow.RecordBatch
            The canonical columns, with the types of `CLEAN_SCHEMA`.
        """
        words = {
            "product_id": pa.array(self.catalogue["product_id"], pa.string()),
            "description": pa.array(self.catalogue["description"], pa.string()),
            "country": pa.array(list(COUNTRIES), pa.string()),
            "channel": pa.array(list(CHANNELS), pa.string()),
        }
        costs = self.catalogue["unit_cost"].to_numpy()
        customer_ids = self.customers["customer_id"].to_numpy()
        order_ids = _first_number(len(self.orders)) + np.arange(len(self.orders))
        for basket in self.baskets():
            order = basket["order"].to_numpy()
            product = pa.array(basket["product"].to_numpy(), pa.int32())
            customer = self.orders["customer"].to_numpy()[order]
            cost = costs[basket["product"].to_numpy()]
            discount = basket["discount"].to_numpy()
            place = {
                name: pa.array(self.orders[name].to_numpy()[order], pa.int32())
                for name in ("country", "channel")
            }
            columns = [
                pa.array(order_ids[order]).cast(pa.string()),
                pa.array(customer_ids[customer], mask=customer == NOBODY).cast(pa.string()),
                pa.array(self.orders["ordered_at"].to_numpy()[order], pa.timestamp("s")),
                words["product_id"].take(product),
                words["description"].take(product),
                pa.array(basket["quantity"].to_numpy(), pa.int32()),
                _cents_to_decimal(basket["unit_price"].to_numpy()),
                words["country"].take(place["country"]),
                words["channel"].take(place["channel"]),
                _cents_to_decimal(discount, missing=discount == 0),
                _cents_to_decimal(cost, missing=cost == UNKNOWN_COST),
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=CLEAN_SCHEMA)

    def lines(self) -> pd.DataFrame:
        """Return all clean order lines at once, with money as floating point numbers."""
        table = pa.Table.from_batches(self.line_chunks(), CLEAN_SCHEMA)
        money = ("unit_price", "discount_amount", "unit_cost")
        for name in money:
            position = table.schema.get_field_index(name)
            table = table.set_column(position, name, table[name].cast(pa.float64()))
        return table.to_pandas()


def _first_number(documents: int) -> int:
    """Return the number of the first of some documents, such that all have as many digits."""
    return 500_001 if documents < 400_000 else 10 ** len(str(documents)) + 1


def _cents_to_decimal(cents: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Read whole cents as decimals with two places, without going through floating point."""
    halves = np.empty((len(cents), 2), np.int64)
    halves[:, 0] = cents
    halves[:, 1] = np.where(cents < 0, -1, 0)
    validity = None
    if missing is not None:
        validity = pa.py_buffer(np.packbits(~missing, bitorder="little"))
    return pa.Array.from_buffers(MONEY, len(cents), [validity, pa.py_buffer(halves)])


def _in_packs(quantity: np.ndarray, price: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sell many pieces in whole packs, and in bulk at a lower price."""
    quantity = quantity - np.where(quantity >= PACK_QUANTITY, quantity % PACK, 0)
    bulk_price = np.rint(price * BULK_PRICE_FACTOR).astype(np.int64)
    return quantity, np.where(quantity >= BULK_QUANTITY, bulk_price, price)


def _merge_equal_lines(basket: pd.DataFrame) -> pd.DataFrame:
    """Make one line of the lines of an order that have the same product and unit price."""
    keys = [basket[name].to_numpy() for name in ("unit_price", "product", "order")]
    basket = basket.iloc[np.lexsort(keys)].reset_index(drop=True)
    is_new = np.zeros(len(basket), bool)
    is_new[0] = True
    for name in ("unit_price", "product", "order"):
        values = basket[name].to_numpy()
        is_new[1:] |= values[1:] != values[:-1]
    starts = np.flatnonzero(is_new)
    merged = basket.iloc[starts].reset_index(drop=True)
    for name in ("quantity", "discount"):
        merged[name] = np.add.reduceat(basket[name].to_numpy(), starts)
    return merged


def add_affinity(shop: Shop, basket: pd.DataFrame) -> pd.DataFrame:
    """Let what belongs together be bought together, and consumables again in the next order.

    No order gets a product that it holds already.

    Parameters
    ----------
    shop : Shop
        The shop.
    basket : pandas.DataFrame
        All its baskets, see `Shop.fill_baskets`.

    Returns
    -------
    pandas.DataFrame
        The same with some lines replaced and some added; as it was where ``affinity`` is 0.
    """
    if shop.parameters.affinity == 0:
        return basket
    random = shop.parameters.random(6)
    catalogue = shop.catalogue.sort_values("popularity", ascending=False, kind="stable")
    nth = zip(catalogue["thing"], catalogue.groupby("thing").cumcount() + 1, strict=True)
    products = dict(zip(nth, catalogue.index, strict=True))
    together, after = (
        [
            (products[first], products[second], shop.parameters.affinity * chance)
            for first, second, chance in rules
            if first in products and second in products
        ]
        for rules in (BOUGHT_TOGETHER, BOUGHT_NEXT)
    )
    related = sorted({row for *pair, _ in together + after for row in pair})
    bought = {
        row: np.isin(np.arange(len(shop.orders)), basket["order"][basket["product"] == row])
        for row in related
    }
    wanted = {row: held.copy() for row, held in bought.items()}
    _draw_together(shop, wanted, together, random)
    _draw_next(shop, wanted, after, random)
    for row, wants in wanted.items():
        basket = _put_into_baskets(shop, basket, row, wants & ~bought[row], related, random)
    return _merge_equal_lines(basket)


def _draw_together(
    shop: Shop,
    wanted: dict[int, np.ndarray],
    rules: list[tuple[int, int, float]],
    random: np.random.Generator,
) -> None:
    """Let either of two products draw the other into its order, and what is drawn draw further.

    A rule is two products (rows of the catalogue) and a chance; ``wanted`` tells by product which
    orders are to hold it, and is changed.
    """
    for first, second, chance in rules:
        has_one = wanted[first] ^ wanted[second]
        has_both = has_one & (random.random(len(shop.orders)) < chance)
        wanted[first] |= has_both
        wanted[second] |= has_both


def _draw_next(
    shop: Shop,
    wanted: dict[int, np.ndarray],
    rules: list[tuple[int, int, float]],
    random: np.random.Generator,
) -> None:
    """Let the first product of a rule bring the second into the next order of the customer.

    What is brought brings further: a customer's orders are gone through one after another.
    """
    customer = shop.orders["customer"]
    number = customer.groupby(customer).cumcount().where(customer != NOBODY, 0).to_numpy()
    rows = pd.Series(np.arange(len(customer)))
    previous = rows.groupby(customer).shift(fill_value=0).to_numpy()
    follows = [random.random(len(customer)) < chance for *_, chance in rules]
    ends = np.cumsum(np.bincount(number))
    for orders in np.split(np.argsort(number, kind="stable"), ends[:-1])[1:]:
        for (first, second, _), is_drawn in zip(rules, follows, strict=True):
            wanted[second][orders] |= wanted[first][previous[orders]] & is_drawn[orders]


def _put_into_baskets(
    shop: Shop,
    basket: pd.DataFrame,
    product: int,
    wants: np.ndarray,
    related: list[int],
    random: np.random.Generator,
) -> pd.DataFrame:
    """Put a product into the baskets of some orders (``wants``, one value per order).

    It takes the place of the line whose money is nearest to its price, and as much of the money as
    a few pieces cost. Where no line is free to go it is a further line for a part of the spend.
    """
    order = basket["order"].to_numpy()
    money = (basket["quantity"] * basket["unit_price"]).to_numpy()
    is_promoted = np.zeros(len(wants), bool)
    if not shop.parameters.exact_spend:
        is_promoted[order[basket["discount"] > 0]] = True
    several_lines = np.bincount(order, minlength=len(wants)) > 1
    may_go = (wants & several_lines)[order] & ~basket["product"].isin(related).to_numpy()
    listed = shop.catalogue["unit_price"].iat[product]
    candidates = np.flatnonzero(may_go)
    distance = np.abs(np.log(money[candidates] / listed))
    candidates = candidates[np.lexsort([distance, order[candidates]])]
    replaced_in, firsts = np.unique(order[candidates], return_index=True)
    replaced = candidates[firsts]
    further_in = np.setdiff1d(np.flatnonzero(wants), replaced_in)
    spend = np.bincount(order, money, minlength=len(wants))[further_in]
    budget = np.append(money[replaced], spend * random.beta(1.5, 4.5, len(further_in)))

    orders = np.append(replaced_in, further_in)
    price = shop._list_price(
        np.full(len(orders), product), shop.orders["ordered_at"].to_numpy()[orders]
    )
    quantity = np.clip(np.rint(budget / price), 1, max(MOST_PIECES)).astype(np.int64)
    quantity, price = _in_packs(quantity, price)
    discount = np.where(is_promoted[orders], quantity * price * PROMOTION_DISCOUNT, 0)
    lines = pd.DataFrame(
        {
            "order": orders,
            "product": product,
            "quantity": quantity,
            "unit_price": price,
            "discount": np.rint(discount).astype(np.int64),
        }
    )
    return pd.concat([basket.drop(index=replaced), lines], ignore_index=True)


def simulate_shop(parameters: ShopParameters) -> Shop:
    """Let customers arrive, order and leave.

    Parameters
    ----------
    parameters : ShopParameters
        What the shop is made from.

    Returns
    -------
    Shop
        Its customers with their true rates, its orders and its catalogue.

    Raises
    ------
    ValueError
        When nobody orders between the two dates, or the shop is closed on all days between them.
    """
    calendar = Calendar(parameters)
    random = parameters.random(2)
    if calendar.weight[calendar.first_day :].sum() == 0:
        raise ValueError("The shop is closed on every day from start_date to end_date.")

    customers, acquired_weeks = _acquire_customers(parameters, calendar, random)
    customer, weeks, is_active = _place_orders(customers, acquired_weeks, calendar, random)
    customers["is_active_at_end"] = is_active
    scale = customers["mean_spend"].to_numpy() / parameters.spend_p

    by_customer = np.lexsort([weeks, customer])
    customer, weeks = customer[by_customer], weeks[by_customer]
    day, part_of_day = calendar.moment_at(weeks)
    if parameters.one_order_a_day:
        day = calendar.spread_to_own_days(customer, day)
    in_file = (day >= calendar.first_day) & (day < len(calendar.days))
    customer, day, part_of_day = customer[in_file], day[in_file], part_of_day[in_file]
    spend = random.gamma(parameters.spend_p, scale[customer])

    n_guests = round(len(customer) * parameters.guest_share / (1 - parameters.guest_share))
    window = calendar.weeks_before[calendar.first_day], calendar.weeks_before[-1]
    guest_day, guest_part = calendar.moment_at(random.uniform(*window, n_guests))
    guest_scale = parameters.spend_v / random.gamma(parameters.spend_q, size=n_guests)
    guest_spend = random.gamma(parameters.spend_p, guest_scale)
    if len(customer) + n_guests == 0:
        raise ValueError("No customer orders between start_date and end_date; take more customers.")

    country = np.append(
        customers["country"].to_numpy()[customer], _draw_share(COUNTRIES, n_guests, random)
    )
    preferred = np.append(
        customers["channel"].to_numpy()[customer], _draw_share(CHANNELS, n_guests, random)
    )
    orders = pd.DataFrame(
        {
            "customer": np.append(customer, np.full(n_guests, NOBODY)).astype(np.int32),
            "ordered_at": _clock_times(
                calendar, np.append(day, guest_day), np.append(part_of_day, guest_part)
            ),
            "spend": np.maximum(np.rint(100 * np.append(spend, guest_spend)), 1).astype(np.int64),
            "country": country.astype(np.int8),
            "channel": _draw_channels(country, preferred, random).astype(np.int8),
        }
    ).sort_values(["ordered_at", "customer", "spend"], kind="stable", ignore_index=True)
    return Shop(parameters, customers, orders, make_catalogue(parameters))


def _acquire_customers(
    parameters: ShopParameters, calendar: Calendar, random: np.random.Generator
) -> tuple[pd.DataFrame, np.ndarray]:
    """Draw the customers with their true rates, and the operational weeks of their arrival."""
    size = parameters.customers
    years = np.arange(len(calendar.days)) / 365.25
    arrivals = np.cumsum(calendar.weight * (1 + parameters.acquisition_growth) ** years)
    day = np.searchsorted(arrivals, np.sort(random.random(size)) * arrivals[-1], side="right")
    weeks = np.sort(calendar.weeks_at(day, random.random(size)))
    country = _draw_share(COUNTRIES, size, random)
    customers = pd.DataFrame(
        {
            "customer_id": (12_346 if size <= 87_000 else 10 ** len(str(size))) + np.arange(size),
            "acquired_at": _clock_times(calendar, *calendar.moment_at(weeks)),
            "weekly_rate": random.gamma(parameters.r, 1 / parameters.alpha, size),
            "dropout_probability": random.beta(parameters.a, parameters.b, size),
            "mean_spend": parameters.spend_p
            * parameters.spend_v
            / random.gamma(parameters.spend_q, size=size),
            "country": country,
            "channel": _draw_share(CHANNELS, size, random),
            "is_wholesaler": False,
        }
    )
    wholesalers = np.sort(random.choice(size, parameters.wholesalers, replace=False))
    customers.loc[wholesalers, "is_wholesaler"] = True
    customers.loc[wholesalers, "mean_spend"] = parameters.mean_spend * random.uniform(
        *WHOLESALE_SPEND_FACTORS, len(wholesalers)
    )
    rates, dropouts = customers["weekly_rate"], customers["dropout_probability"]
    customers.loc[wholesalers, "weekly_rate"] = rates.clip(lower=WHOLESALE_WEEKLY_RATE)
    customers.loc[wholesalers, "dropout_probability"] = dropouts.clip(upper=WHOLESALE_DROPOUT)
    return customers, weeks


def _place_orders(
    customers: pd.DataFrame,
    acquired_weeks: np.ndarray,
    calendar: Calendar,
    random: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return customer and operational weeks of every order, and who is active at the end."""
    rate = customers["weekly_rate"].to_numpy()
    dropout = customers["dropout_probability"].to_numpy()
    is_active = np.ones(len(customers), bool)
    customer, weeks = np.arange(len(customers)), acquired_weeks
    ordered = [(customer, weeks)]
    while len(customer):
        weeks = weeks + random.exponential(size=len(customer)) / np.maximum(rate[customer], 1e-300)
        in_time = weeks < calendar.weeks_before[-1]
        customer, weeks = customer[in_time], weeks[in_time]
        ordered.append((customer, weeks))
        stays = random.random(len(customer)) >= dropout[customer]
        is_active[customer[~stays]] = False
        customer, weeks = customer[stays], weeks[stays]
    return (
        np.concatenate([customer for customer, _ in ordered]),
        np.concatenate([weeks for _, weeks in ordered]),
        is_active,
    )


def _draw_share(shares: dict[str, float], size: int, random: np.random.Generator) -> np.ndarray:
    """Draw positions in a table of shares that add up to 1."""
    return np.searchsorted(np.cumsum(list(shares.values()))[:-1], random.random(size), side="right")


def _draw_channels(
    country: np.ndarray, preferred: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Mostly the preferred channel, sometimes another one; the store serves its own country."""
    another = _draw_share(CHANNELS, len(preferred), random)
    channel = np.where(random.random(len(preferred)) < LOYALTY_TO_CHANNEL, preferred, another)
    return np.where((channel == STORE) & (country != HOME_COUNTRY), WEB, channel)


def _clock_times(calendar: Calendar, day: np.ndarray, part_of_day: np.ndarray) -> np.ndarray:
    """Return the minute at which a part of a day's orders has come in."""
    hours = np.interp(part_of_day, SHARE_BEFORE_HOUR, HOURS)
    midnight = calendar.days.to_numpy().astype("datetime64[s]")[day]
    return midnight + (hours * 60).astype(np.int64) * np.timedelta64(60, "s")


def write_clean(shop: Shop, path: Path, file_format: str) -> int:
    """Write the clean order lines of a shop, a piece at a time.

    Parameters
    ----------
    shop : Shop
        The shop.
    path : pathlib.Path
        Where to.
    file_format : {"parquet", "csv"}
        Parquet has money as DECIMAL(12, 2); CSV has minimal quoting.

    Returns
    -------
    int
        Number of lines.
    """
    rows = 0
    if file_format == "parquet":
        with pq.ParquetWriter(path, CLEAN_SCHEMA, compression="zstd") as writer:
            for batch in shop.line_chunks():
                writer.write_batch(batch)
                rows += len(batch)
        return rows
    batches = pa.RecordBatchReader.from_batches(CLEAN_SCHEMA, shop.line_chunks())
    # More threads would only let more pieces wait in memory.
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("order_lines", batches)
        target = str(path).replace("'", "''")
        (rows,) = connection.execute(
            f"copy order_lines to '{target}' (format csv, header, new_line '\\n')"
        ).fetchone()
    return rows


@dataclass
class MessyFile:
    """A CSV file with everything that real exports hold.

    Attributes
    ----------
    text : str
        The file, header included.
    counts : dict of str to int
        Rows of each kind. A row counts once, as ``sale`` or one kind of mess, but for the kinds
        ``guest``, ``trailing_blank``, ``second_description``, ``code_in_other_case`` and
        ``in_euro``, which any sale can have besides, and ``overlap``, the rows of which are there a
        second time.
    shop : Shop
        The shop behind it.
    """

    text: str
    counts: dict[str, int]
    shop: Shop


class _Mess:
    """The documents (orders, credit notes, corrections) of a shop, and their mess.

    A document takes part in one kind of mess only, and no day that stands in both extracts takes
    part, so that every kind can be counted.
    """

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.random = shop.parameters.random(4)
        self.calendar = Calendar(shop.parameters)
        days = self.calendar.days
        middle = (self.calendar.first_day + len(days)) // 2
        self.overlap = [days[middle + 1 - OVERLAP_DAYS], days[middle]]
        stands_once = (days < self.overlap[0]) | (days > self.overlap[1])
        self.working_days = days[(self.calendar.weight > 0.2) & stands_once]
        self.rows = self._sales()
        self._charge_euros()
        self.counts = {"guest": int((self.rows["customer"] == NOBODY).sum())}
        self._spoil_product_names()
        self.line_starts = np.searchsorted(self.rows["document"], np.arange(len(shop.orders) + 1))
        self.documents = self.rows.iloc[self.line_starts[:-1]].set_index("document")
        self.documents = self.documents[["moment", "customer", "country", "channel"]].assign(
            lines=np.diff(self.line_starts),
            discount=np.add.reduceat(self.rows["discount"].to_numpy(), self.line_starts[:-1]),
            is_free=lambda documents: ~documents["moment"].dt.normalize().between(*self.overlap),
        )
        self.values = {name: self.rows[name].astype(object).to_numpy() for name in self.rows}
        self.size = len(self.rows) / LINES_OF_MESS
        self.added: list[dict] = []
        self.added_documents = 0
        self.written: dict[tuple[int, str], str] = {}

    def _sales(self) -> pd.DataFrame:
        basket = add_affinity(self.shop, pd.concat(self.shop.baskets(), ignore_index=True))
        orders = self.shop.orders.loc[basket["order"]].reset_index(drop=True)
        products = self.shop.catalogue.loc[basket["product"]].reset_index(drop=True)
        customer_ids = self.shop.customers["customer_id"].to_numpy()[orders["customer"]]
        rows = pd.DataFrame(
            {
                "document": basket["order"],
                "position": self.random.permutation(len(basket)).astype(float),
                "kind": "sale",
                "prefix": "",
                "moment": orders["ordered_at"],
                "customer": np.where(orders["customer"] == NOBODY, NOBODY, customer_ids),
                "product_id": products["product_id"],
                "description": products["description"],
                "quantity": basket["quantity"],
                "unit_price": basket["unit_price"],
                "country": np.array(list(COUNTRIES), object)[orders["country"]],
                "channel": np.array(list(CHANNELS), object)[orders["channel"]],
                "discount": basket["discount"],
                "unit_cost": products["unit_cost"],
            }
        )
        return rows.sort_values(["document", "position"], ignore_index=True)

    @cached_property
    def _may_pay_in_euros(self) -> pd.Series:
        """Tell for each order whether it comes from a euro country and from the last days."""
        orders = self.shop.orders
        last_day = pd.Timestamp(self.shop.parameters.end_date)
        countries = [list(COUNTRIES).index(name) for name in EURO_COUNTRIES]
        is_late = orders["ordered_at"] > last_day - pd.Timedelta(days=EURO_DAYS)
        return orders["country"].isin(countries) & is_late

    def _charge_euros(self) -> None:
        """Give each row its currency, and the pounds for one piece of it on the day of the order.

        Amounts stay in pence until they are written, and what is added to an order or takes it
        back has its currency and rate.
        """
        random = self.shop.parameters.random(5)
        in_euros = self._may_pay_in_euros & (random.random(len(self.shop.orders)) < EURO_SHARE)
        in_euros = in_euros.to_numpy()[self.rows["document"]]
        rates = rates_at(self.shop.parameters, EURO, self.rows["moment"])
        self.rows["currency"] = np.where(in_euros, EURO, HOME_CURRENCY)
        self.rows["exchange_rate"] = np.where(in_euros, rates, 1.0)

    def _spoil_product_names(self) -> None:
        """Give some products trailing blanks, a second description or a lower-case code."""
        catalogue = self.shop.catalogue.sort_values("popularity", ascending=False, kind="stable")
        catalogue = catalogue[~catalogue["is_christmas"]]
        has_letter = catalogue["product_id"].str.len() > 5
        lower = catalogue[has_letter]["product_id"].head(PRODUCTS_WITH_TWO_CASES)
        renamed = catalogue[~has_letter]["product_id"].head(PRODUCTS_WITH_TWO_DESCRIPTIONS)
        padded = catalogue["product_id"][
            (self.random.random(len(catalogue)) < TRAILING_BLANK_SHARE)
            & ~catalogue["product_id"].isin(renamed)
        ]
        chance = self.random.random(len(self.rows))
        code, description = self.rows["product_id"], self.rows["description"]
        in_lower = code.isin(lower) & (chance < LOWER_CASE_SHARE)
        in_other_words = code.isin(renamed) & (chance < SECOND_DESCRIPTION_SHARE)
        with_blank = code.isin(padded)
        self.rows["product_id"] = code.where(~in_lower, code.str.lower())
        self.rows["description"] = description.where(
            ~in_other_words, description.str.replace(r"^(\S+) (.+)$", r"\2, \1", regex=True)
        ).where(~with_blank, description + " ")
        self.counts["code_in_other_case"] = int(in_lower.sum())
        self.counts["second_description"] = int(in_other_words.sum())
        self.counts["trailing_blank"] = int(with_blank.sum())

    def claim(self, kind: str, where: pd.Series | bool = True) -> pd.DataFrame:
        """Choose documents for a kind of mess and keep them from every other kind.

        Raises
        ------
        ValueError
            When the shop has too few documents of that description.
        """
        number = max(1, round(MESS[kind] * self.size))
        candidates = self.documents.index[self.documents["is_free"] & where]
        if len(candidates) < number:
            raise ValueError(
                f"A messy shop with these parameters has {len(candidates)} orders for the mess "
                f"{kind}, which needs {number}; take more customers."
            )
        chosen = np.sort(self.random.choice(candidates, number, replace=False))
        self.documents.loc[chosen, "is_free"] = False
        return self.documents.loc[chosen]

    def rows_of(self, document: int) -> range:
        """Return the row numbers of the sales of a document."""
        return range(self.line_starts[document], self.line_starts[document + 1])

    def some_row_of(self, document: int) -> int:
        """Return the row number of one of the sales of a document."""
        return int(self.random.choice(self.rows_of(document)))

    def line(self, row: int) -> dict:
        """Return the values of a sale as it was before any mess but that of product names."""
        return {name: values[row] for name, values in self.values.items()}

    def add(self, kind: str, line: dict, **changes: object) -> None:
        """Add a line that is like another one but for some changes."""
        self.added.append({**line, "kind": kind, **changes})

    def new_document(self) -> int:
        """Return the number of a document that has no lines yet."""
        self.added_documents += 1
        return len(self.documents) + self.added_documents - 1

    def working_moment_after(self, moment: pd.Timestamp) -> pd.Timestamp:
        """Return a moment some days later, on a working day that stands in one extract."""
        delay = pd.Timedelta(days=int(self.random.exponential(4.0)))
        place = self.working_days.searchsorted(moment.normalize() + delay)
        day = self.working_days[min(place, len(self.working_days) - 1)]
        minutes = pd.Timedelta(minutes=int(self.random.integers(5, 50)))
        return day + (moment - moment.normalize()) + minutes

    def cancel_and_return(self) -> None:
        """Cancel orders and lines, take goods back, and let one huge order last for minutes."""
        documents = self.documents
        is_settled = documents["moment"] < self.working_days[-1]
        for kind, prefix in (("cancellation", "C"), ("return_without_cancellation", "")):
            claimed = self.claim(kind, is_settled & (documents["discount"] == 0))
            for document, moment in claimed["moment"].items():
                lines = [self.line(row) for row in self.rows_of(document)]
                if not prefix or self.random.random() < 0.6:
                    lines = [lines[self.random.integers(len(lines))]]
                    if self.random.random() < 0.5:
                        lines[0]["quantity"] = int(self.random.integers(lines[0]["quantity"])) + 1
                changes = {
                    "document": self.new_document(),
                    "prefix": prefix,
                    "moment": self.working_moment_after(moment),
                }
                for line in lines:
                    self.add(kind, line, quantity=-line["quantity"], **changes)

        kind = "cancelled_within_minutes"
        is_late = documents["moment"] > self.overlap[1]
        has_customer = documents["customer"] != NOBODY
        for document in self.claim(kind, is_settled & is_late & has_customer).index:
            line = self.line(self.some_row_of(document))
            quantity = 12 * int(self.random.integers(120, 220))
            order = self._some_product(low=165, high=255) | {"discount": 0}
            for prefix, pieces, minutes in (("", quantity, 2), ("C", -quantity, 14)):
                self.add(
                    kind,
                    line | order,
                    document=self.new_document(),
                    prefix=prefix,
                    quantity=pieces,
                    moment=line["moment"] + pd.Timedelta(minutes=minutes),
                )

    def _some_product(self, low: int = 0, high: int = 10_000) -> dict:
        """Return code, name, price and cost of a product within a range of prices (cents)."""
        products = np.flatnonzero(self.shop.catalogue["unit_price"].between(low, high))
        product = int(self.random.choice(products))
        names = ("product_id", "description", "unit_price", "unit_cost")
        return {name: self.shop.catalogue[name].iat[product] for name in names}

    def add_lines_to_orders(self) -> None:
        """Charge postage and vouchers on orders, give things away, and list things not sent."""
        documents = self.documents
        is_domestic = documents["country"] == "United Kingdom"
        is_abroad = documents["country"].isin(["Germany", "France", "Netherlands", "Spain"])
        charges = (
            ("postage", "POST", "POSTAGE", (495, 850, 1200, 1800), is_abroad),
            ("carriage", "C2", "CARRIAGE", (850, 1500, 2500), documents["country"] == "EIRE"),
            (
                "dotcom_postage",
                "DOT",
                "DOTCOM POSTAGE",
                (350, 595, 795),
                is_domestic & (documents["channel"] == "web"),
            ),
            ("gift_voucher", "gift_0001_20", "Gift voucher £20.00", (2000,), is_domestic),
        )
        for kind, code, description, prices, where in charges:
            for document in self.claim(kind, where).index:
                self.add(
                    kind,
                    self.line(self.some_row_of(document)),
                    position=np.inf,
                    product_id=code,
                    description=description,
                    quantity=1,
                    unit_price=int(self.random.choice(prices)),
                    discount=0,
                    unit_cost=UNKNOWN_COST,
                )
        for document in self.claim("zero_price").index:
            gift = self._some_product(high=300) | {"unit_price": 0, "quantity": 1, "discount": 0}
            line = self.line(self.some_row_of(document))
            self.add("zero_price", line | gift, position=np.inf)
        for document in self.claim("zero_quantity").index:
            missing = self._some_product() | {"quantity": 0, "discount": 0}
            line = self.line(self.some_row_of(document))
            self.add("zero_quantity", line | missing, position=np.inf)
        for document in self.claim("exact_duplicate").index:
            line = self.line(self.some_row_of(document))
            self.add("exact_duplicate", line, position=line["position"] + 0.5)

    def add_documents_of_clerks(self) -> None:
        """Write manual entries, fees, corrections and stock write-offs, one document each."""
        entries = (
            ("manual", "", "M", "Manual", 1, (100, 4000), True),
            ("manual_lower_case", "", "m", "Manual", 1, (100, 2000), True),
            ("discount_line", "C", "D", "Discount", -1, (300, 4000), True),
            ("sample", "C", "S", "SAMPLES", -1, (300, 3000), False),
            ("bank_charges", "C", "BANK CHARGES", "Bank Charges", -1, (1000, 3500), False),
            ("adjustment", "", "ADJUST", "Adjustment by hand", 1, (500, 6000), True),
            ("marketplace_fee", "C", "AMAZONFEE", "AMAZON FEE", -1, (6000, 20000), False),
            ("test_product", "", "TEST001", "This is a test product.", 5, (450, 451), True),
            ("bad_debt", "A", "B", "Adjust bad debt", 1, (-60000, -8000), False),
        )
        has_customer = self.documents["customer"] != NOBODY
        for kind, prefix, code, description, quantity, (low, high), for_customer in entries:
            for i, document in enumerate(self.claim(kind, has_customer).index):
                is_credit = kind == "manual" and i % 4 == 3
                entry = {
                    "product_id": code,
                    "description": description,
                    "quantity": -quantity if is_credit else quantity,
                    "unit_price": int(self.random.integers(low, high)),
                    "prefix": "C" if is_credit else prefix,
                }
                self._add_document_of_clerk(kind, document, entry, for_customer)
        for document in self.claim("stock_write_off").index:
            entry = self._some_product() | {
                "description": str(self.random.choice(WRITE_OFF_REMARKS)),
                "quantity": -int(self.random.integers(1, 60)),
                "unit_price": 0,
            }
            self._add_document_of_clerk("stock_write_off", document, entry, for_customer=False)

    def _add_document_of_clerk(
        self, kind: str, document: int, entry: dict, for_customer: bool
    ) -> None:
        """Write a document of one line, minutes after an order and for its customer or nobody."""
        line = self.line(self.some_row_of(document))
        if not for_customer:
            entry |= {"customer": NOBODY, "country": "United Kingdom", "channel": ""}
            entry |= {"currency": HOME_CURRENCY, "exchange_rate": 1.0}
        entry |= {
            "document": self.new_document(),
            "moment": line["moment"] + pd.Timedelta(minutes=3),
            "discount": 0,
            "unit_cost": UNKNOWN_COST,
        }
        self.add(kind, line | entry)

    def spoil_values(self) -> None:
        """Write some values as no reader expects them."""
        several_lines = self.documents["lines"] > 1
        spoilt = (
            ("missing_order_id", "order_id", ("",)),
            ("empty_date", "ordered_at", ("",)),
            ("unparseable_date", "ordered_at", UNPARSEABLE_DATES),
            ("empty_quantity", "quantity", ("",)),
            ("unparseable_quantity", "quantity", UNPARSEABLE_QUANTITIES),
            ("empty_price", "unit_price", ("",)),
            ("unparseable_price", "unit_price", UNPARSEABLE_PRICES),
            ("unparseable_discount", "discount_amount", UNPARSEABLE_DISCOUNTS),
            ("unparseable_cost", "unit_cost", UNPARSEABLE_COSTS),
        )
        for kind, column, texts in spoilt:
            for i, document in enumerate(self.claim(kind, several_lines).index):
                row = self.some_row_of(document)
                self.rows.loc[row, "kind"] = kind
                self.written[row, column] = texts[i % len(texts)]
        for document, moment in self.claim("far_future_date", ~several_lines)["moment"].items():
            row = int(self.line_starts[document])
            self.rows.loc[row, "kind"] = "far_future_date"
            self.written[row, "ordered_at"] = f"{FAR_FUTURE_DAY} {moment:%H:%M:%S}"
        # The cost of these is known, so that every field that a fault can move holds something.
        is_plain = self.rows["description"].str.fullmatch(r"[A-Z]+ [A-Z ]*[A-Z]")
        is_plain &= self.rows["unit_cost"] != UNKNOWN_COST
        plain_lines = np.add.reduceat(is_plain.to_numpy(np.int64), self.line_starts[:-1])
        for kind in ("too_few_fields", "too_many_fields", "unescaped_quote"):
            all_plain = several_lines & (plain_lines == self.documents["lines"])
            for document in self.claim(kind, all_plain).index:
                self.rows.loc[self.some_row_of(document), "kind"] = kind

    def spoil_orders(self) -> None:
        """Let some orders contradict themselves or the other orders of the customer."""
        documents = self.documents
        has_customer = documents["customer"] != NOBODY
        kind = "decimal_customer_id"
        for document, customer in self.claim(kind, has_customer)["customer"].items():
            for row in self.rows_of(document):
                self.rows.loc[row, "kind"] = kind
                self.written[row, "customer_id"] = f"{customer}.0"
        orders = documents.groupby("customer")["lines"].transform("size")
        is_domestic = documents["country"] == "United Kingdom"
        kind = "second_country"
        for document in self.claim(kind, has_customer & is_domestic & (orders > 2)).index:
            self.rows.loc[list(self.rows_of(document)), ["kind", "country"]] = [kind, "Spain"]
        kind = "second_time_stamp"
        for document in self.claim(kind, documents["lines"] > 1).index:
            later = list(self.rows_of(document))[documents.loc[document, "lines"] // 2 :]
            minutes = pd.Timedelta(minutes=int(self.random.integers(1, 10)))
            self.rows.loc[later, "kind"] = kind
            self.rows.loc[later, "moment"] += minutes

    def spoil_currency(self) -> None:
        """Let an order be paid in a currency of which nobody has a rate."""
        kind = "currency_without_rate"
        for document in self.claim(kind, self._may_pay_in_euros).index:
            changes = {"kind": kind, "currency": CURRENCY_WITHOUT_RATE, "exchange_rate": ITS_RATE}
            self.rows.loc[list(self.rows_of(document)), list(changes)] = list(changes.values())

    def file(self) -> MessyFile:
        """Write the documents, numbered by time, as two extracts that overlap, into one file."""
        rows = pd.concat([self.rows, pd.DataFrame(self.added)], ignore_index=True)
        for name in ("unit_price", "discount", "unit_cost"):
            charged = np.rint(rows[name] / rows["exchange_rate"]).astype(np.int64)
            rows[name] = charged.where(rows[name] != UNKNOWN_COST, UNKNOWN_COST)
        rows["began"] = rows.groupby("document")["moment"].transform("min")
        rows = rows.sort_values(["began", "document", "position"], kind="stable")
        number = (rows["document"] != rows["document"].shift()).cumsum() - 1
        number += _first_number(number.iloc[-1])
        text = pd.DataFrame(
            {
                "order_id": rows["prefix"] + number.astype(str),
                "customer_id": _text_or_empty(rows["customer"], str, rows["customer"] == NOBODY),
                "ordered_at": rows["moment"].dt.strftime("%Y-%m-%d %H:%M:%S"),
                "product_id": rows["product_id"],
                "description": rows["description"],
                "quantity": rows["quantity"].astype(str),
                "unit_price": rows["unit_price"].map(_money),
                "country": rows["country"],
                "channel": rows["channel"],
                "discount_amount": _text_or_empty(rows["discount"], _money, rows["discount"] == 0),
                "unit_cost": _text_or_empty(
                    rows["unit_cost"], _money, rows["unit_cost"] == UNKNOWN_COST
                ),
                "currency": rows["currency"],
            },
            columns=MESSY_COLUMNS,
            dtype=object,
        )
        for (row, column), value in self.written.items():
            text.loc[row, column] = value
        lines = [
            _csv_line(values, kind)
            for values, kind in zip(text.itertuples(index=False), rows["kind"], strict=True)
        ]
        day = rows["moment"].dt.normalize()
        stands_twice = np.flatnonzero(day.between(*self.overlap))
        split = int(stands_twice[-1]) + 1 if len(stands_twice) else len(lines)
        header = _csv_line(MESSY_COLUMNS, "sale")
        repeated = [lines[i] for i in stands_twice]
        parts = [header, *lines[:split], header, *repeated, *lines[split:]]
        counts = Counter(rows["kind"]) + Counter(
            self.counts,
            overlap=len(repeated),
            repeated_header=1,
            in_euro=int((rows["currency"] == EURO).sum()),
        )
        return MessyFile("".join(parts), dict(sorted(counts.items())), self.shop)


def _money(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _text_or_empty(
    values: pd.Series, text_of: Callable[[int], str], is_empty: pd.Series
) -> pd.Series:
    return values.map(text_of).where(~is_empty, "")


def _csv_line(values: Iterable[str], kind: str) -> str:
    """Write one line of the file, broken in the way that its kind asks for."""
    values = list(values)
    if kind == "too_few_fields":
        values = values[:7]
    if kind == "too_many_fields":
        values.insert(5, " NEW")
    if kind == "unescaped_quote":
        first, rest = values[4].split(" ", 1)
        values[4] = f'"{first} 9" {rest}"'
        return ",".join(values) + "\n"
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(values)
    return buffer.getvalue()


def make_messy_file(parameters: ShopParameters) -> MessyFile:
    """Make a shop and write its order lines with everything that real exports hold.

    The whole file is kept in memory, about 1 GB per million lines.

    Parameters
    ----------
    parameters : ShopParameters
        What the shop is made from; `SAMPLE` is the bundled one.

    Returns
    -------
    MessyFile
        The text of the file and the number of rows of each kind of mess.

    Raises
    ------
    ValueError
        When the shop is too small or too short-lived to hold every kind of mess.
    """
    if parameters.customers < SMALLEST_MESSY_SHOP:
        raise ValueError(
            f"customers must be at least {SMALLEST_MESSY_SHOP} for a messy shop, "
            f"not {parameters.customers}."
        )
    if (parameters.end_date - parameters.start_date).days < SHORTEST_MESSY_SHOP:
        raise ValueError(
            f"end_date must be at least {SHORTEST_MESSY_SHOP} days after start_date "
            f"({parameters.start_date}) for a messy shop, not {parameters.end_date}."
        )
    mess = _Mess(simulate_shop(parameters))
    mess.spoil_orders()
    mess.spoil_values()
    mess.cancel_and_return()
    mess.add_lines_to_orders()
    mess.add_documents_of_clerks()
    mess.spoil_currency()
    return mess.file()


def make_source_files(shop: Shop) -> dict[str, SourceFile]:
    """Make the files that go with the messy order lines of a shop, by name without ``.csv``.

    Raises
    ------
    ValueError
        When the shop is too small to hold every kind of mess.
    """
    return make_sources(shop, tuple(COUNTRIES), tuple(CHANNELS))


PARAMETER_HELP = {
    "customers": "customers acquired, history included",
    "start_date": "first day of the file",
    "end_date": "last day of the file",
    "history_weeks": "weeks of trading before the file, which it does not show",
    "r": "shape of the weekly order rates",
    "alpha": "rate of the weekly order rates, in weeks",
    "a": "first parameter of the probability to leave after an order",
    "b": "second parameter of the probability to leave after an order",
    "spend_p": "Gamma-Gamma p",
    "spend_q": "Gamma-Gamma q",
    "spend_v": "Gamma-Gamma v, in currency units",
    "seasonality": "0 = every day is alike, 1 = the full year of a gift shop",
    "acquisition_growth": "growth of acquisition per year, 0.1 = 10 %",
    "lines_per_order": "mean lines of an order",
    "products": "products of the catalogue",
    "guest_share": "share of orders without a customer",
    "wholesalers": "customers who order often and much, outside the models",
    "exact_spend": "lines of an order add up to the drawn spend to the cent",
    "affinity": "0 = products are drawn independently, 1 = some go together; messy shops only",
    "one_order_a_day": "a customer's second order of a day moves to the next open day",
    "seed": "equal seeds make equal files",
}


def _iso_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a day like 2024-12-31.") from None


def _argument_parser() -> argparse.ArgumentParser:
    """Return the command line; the defaults of the shop depend on the mode and come later."""
    parser = argparse.ArgumentParser(
        description="Make the order lines of a shop whose customer process is known.",
        epilog=(
            "Examples: '--customers 1000000 --lines-per-order 6 --output shop.parquet' makes a "
            "clean shop of about 20 million lines, '--mode messy --customers 5000 --seed 7 "
            "--output shop.csv' a messy one, '--sample' the bundled sample again."
        ),
    )
    parser.add_argument(
        "--sample",
        action="store_true",
        help="make the bundled sample, a messy shop with fixed parameters; only --output, "
        "--sources and --truth go with it",
    )
    parser.add_argument(
        "--mode",
        choices=("clean", "messy"),
        help="clean (the default): sales only, and a fit finds the parameters again; messy: a "
        "shop like the sample, with every kind of mess",
    )
    parser.add_argument(
        "--format",
        choices=("parquet", "csv"),
        help="default: what the name of --output ends in, else parquet; a messy shop is CSV",
    )
    parser.add_argument(
        "--output",
        type=Path,
        help="file to write (default: order_lines.parquet or .csv here, or with --sample the "
        "bundled sample/order_lines.csv)",
    )
    parser.add_argument(
        "--sources",
        type=Path,
        metavar="FOLDER",
        help="write customers, product costs, exchange rates, campaign touches, marketing spend "
        "and web sessions of a messy shop to this folder, too (default: with --sample the folder "
        "of --output, else they are not written)",
    )
    parser.add_argument("--truth", type=Path, help="write the true parameters to this JSON file")
    shop = parser.add_argument_group("the shop (default if clean / if messy)")
    clean = ShopParameters()
    for name, help_text in PARAMETER_HELP.items():
        default = getattr(clean, name)
        options = {"type": _iso_day if isinstance(default, date) else type(default)}
        if isinstance(default, bool):
            options = {"action": argparse.BooleanOptionalAction}
        elif not isinstance(default, date):
            options["metavar"] = "NUMBER"
        else:
            options["metavar"] = "DAY"
        text = f"{help_text} ({default} / {getattr(SAMPLE, name)})"
        shop.add_argument(
            f"--{name.replace('_', '-')}", default=None, help=text.replace("%", "%%"), **options
        )
    return parser


def _output_of(arguments: argparse.Namespace, is_messy: bool) -> tuple[Path, str, Path | None]:
    """Return the file to write, its format, and the folder of the files that go with it, if any.

    Raises
    ------
    ValueError
        When the format does not fit the mode, or there is no folder to write into.
    """
    output, file_format, sources = arguments.output, arguments.format, arguments.sources
    if file_format is None:
        is_csv = is_messy or (output is not None and output.suffix == ".csv")
        file_format = "csv" if is_csv else "parquet"
    if arguments.affinity and not is_messy:
        raise ValueError("--affinity goes with a messy shop only; add --mode messy.")
    if is_messy and file_format != "csv":
        raise ValueError("A messy shop is written as csv, because Parquet cannot hold its mess.")
    if sources and not is_messy:
        raise ValueError("--sources goes with a messy shop only; add --mode messy.")
    if output is None:
        output = SAMPLE_PATH if arguments.sample else Path(f"order_lines.{file_format}")
    for path in filter(None, (output, arguments.truth)):
        if not path.parent.is_dir():
            raise ValueError(f"There is no folder {path.parent} to write {path.name} into.")
    if sources and not sources.is_dir():
        raise ValueError(f"There is no folder {sources} to write the other files into.")
    return output, file_format, sources or (output.parent if arguments.sample else None)


def main(arguments: list[str] | None = None) -> None:
    """Make the shop that the command line asks for and say what came of it."""
    parser = _argument_parser()
    options = parser.parse_args(arguments)
    chosen = {name: getattr(options, name) for name in PARAMETER_HELP}
    chosen = {name: value for name, value in chosen.items() if value is not None}
    if options.sample and (chosen or options.mode or options.format):
        parser.error(
            "--sample has fixed parameters; leave all but --output, --sources and --truth away."
        )
    is_messy = options.sample or options.mode == "messy"
    try:
        parameters = replace(SAMPLE if is_messy else ShopParameters(), **chosen)
        output, file_format, folder = _output_of(options, is_messy)
        counts: dict[str, int] = {}
        sources: dict[str, SourceFile] = {}
        if is_messy:
            file = make_messy_file(parameters)
            sources = make_source_files(file.shop) if folder else {}
            output.write_text(file.text, encoding="utf-8", newline="\n")
            for name, source in sources.items():
                path = folder / f"{name}.csv"
                path.write_text(source.text, encoding="utf-8", newline="\n")
            shop, counts, lines = file.shop, file.counts, file.text.count("\n")
        else:
            shop = simulate_shop(parameters)
            lines = write_clean(shop, output, file_format)
        if options.truth:
            truth = shop.truth | ({"mess": counts} if counts else {})
            if sources:
                truth["sources"] = {name: source.counts for name, source in sources.items()}
            options.truth.write_text(json.dumps(truth, indent=2) + "\n", encoding="utf-8")
    except (ValueError, OSError) as problem:
        parser.error(str(problem))
    print(f"{output}: {lines:,} lines, {output.stat().st_size:,} bytes")
    truth = shop.truth
    print(
        f"customers: {truth['customers_with_orders']:,}, orders: {truth['orders']:,}, "
        f"drawn spend: {truth['spend']:,.2f}"
    )
    for kind, rows in counts.items():
        print(f"  {kind}: {rows:,}")
    for name, source in sources.items():
        print(f"{folder / name}.csv: {source.text.count(chr(10)):,} lines")
        for kind, rows in source.counts.items():
            print(f"  {kind}: {rows:,}")


if __name__ == "__main__":
    main()
