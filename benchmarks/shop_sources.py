"""Make the files that a shop keeps beside its order lines, from the same simulated customers.

Who the customers are, what the products cost, what a pound was worth, who was written to, what was
spent on being found, and who looked at the web shop: six CSV files, each with some mess of its own.
The order lines come first and are what `generate_shop` says; everything here is drawn afterwards,
so that it explains the orders and never changes them:

1. Income is associated with the customer's own mean spend, household and consent with his
   probability to leave. Gender is associated with nothing. Year of birth is only with household.
2. A product costs 35 to 65 % of its list price; some get dearer once.
3. Exchange rates are random walks that are drawn back to their level, on working days.
4. A campaign goes to most of the customers with consent who have joined by then; one in ten is held
   out. Who orders within the next two weeks has mostly responded; of the others a few have, more of
   those who ordered lately and often. The last two campaigns also spare the control group of the
   warehouse, so that they can be measured; as nothing here changes orders, their true uplift is 0.
5. A month's marketing spend follows the new customers of the channel by half.
6. Web sessions are those of the last months of the file: the orders of the two channels on the web
   with the visits before them, and everybody who only looked.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from generate_shop import Shop, ShopParameters

NOBODY = -1
MOMENT, DAY = "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"
# Streams of randomness; those below 5 belong to the order lines.
RATES, PEOPLE, COSTS, TOUCHES, SPEND, SESSIONS, SPOILING = range(10, 17)

# ---- Customers
PROSPECT_SHARE = 0.15
JOINED_AT_FIRST_ORDER, JOINED_AFTER_FIRST_ORDER, MEAN_DAYS_JOINED_BEFORE = 0.45, 0.03, 40
DAYS_OF_PROSPECTS_BEFORE_FILE = 180
TYPICAL_INCOME, INCOME_OF_SPENDERS, INCOME_NOISE = 31_000, 0.30, 0.22
HOUSEHOLDS = ("single", "couple", "family")
# Share of a household at no risk to leave, and what is added to it at the highest risk.
HOUSEHOLD_SHARE, HOUSEHOLD_OF_LEAVERS = (0.10, 0.35, 0.55), (0.50, 0.00, -0.50)
BIRTH_YEAR = {"single": (1987, 14), "couple": (1972, 13), "family": (1982, 7)}
EARLIEST_BIRTH_YEAR, LATEST_BIRTH_YEAR = 1938, 2006
CONSENT_SHARE, CONSENT_OF_LEAVERS = 0.85, -0.40
NOT_TOLD_SHARE = {"birth_year": 0.04, "income": 0.07, "gender": 0.05, "household": 0.03}

# ---- Costs
COST_SHARE, DEARER_COST_SHARE, DEARER_COST_FACTOR = (0.37, 0.59), 0.25, (1.03, 1.08)

# ---- Exchange rates: pounds for one piece of the currency
RATE_LEVELS = {"EUR": 0.86, "USD": 0.79}
DAILY_STEP, DRAWN_BACK, RATE_DECIMALS = 0.0028, 0.985, 5
SHOP_HOLIDAYS = ((1, 1), (12, 24), (12, 25), (12, 26), (12, 31))

# ---- Campaigns
DAYS_BETWEEN_CAMPAIGNS, RESPONSE_DAYS, HELD_OUT_SHARE = 92, 14, 0.1
CAMPAIGN_CHANNELS = {"email": 1.0, "post": 1.25, "sms": 0.8}
# Who is in the control group of the warehouse, by its vars holdout_share and random_state.
SPARING_CAMPAIGNS, CONTROL_SHARE, CONTROL_RANDOM_STATE = 2, 0.05, 42
SEASONS = ("winter", "spring", "summer", "autumn")
RESPONSE_OF_BUYERS, LEAST_RESPONSE, RESPONSE_OF_RECENT, RESPONSE_OF_FREQUENT = (
    0.6,
    0.006,
    0.03,
    0.01,
)
RECENT_DAYS, FREQUENT_ORDERS = 60, 6

# ---- Marketing spend: currency units per new customer
ACQUISITION_COST = {"web": 14.0, "store": 21.0, "marketplace": 9.5, "phone": 32.0}
OTHER_ACQUISITION_COST, SPEND_NOISE = 15.0, 0.08
CHANNEL_WITH_TWO_BOOKINGS = "web"

# ---- Web sessions
CONVERSION = {"web": 0.105, "marketplace": 0.135}
SESSION_DAYS, SEEN_SHARE, SESSIONS_PER_VISITOR = 270, 0.92, 1.5
LOGGED_IN_SHARE, LOGGED_IN_EARLIER_SHARE, SECOND_DEVICE_SHARE = 0.85, 0.35, 0.2
EARLIER_VISIT_SHARE, MEAN_DAYS_OF_EARLIER_VISIT = 0.5, 3.0
BROWSING_CUSTOMER_SHARE = 0.12


@dataclass(frozen=True)
class Spoil:
    """How to make the rows of one kind of mess.

    Parameters
    ----------
    rows : int
        Rows in a file of typical size.
    column : str
        Column to write over, if any.
    texts : tuple of str
        What to write, in turn; ``{}`` is the value that was there.
    is_added : bool
        True: the row is a spoilt copy beside the good one. False: it takes its place.
    fields : int, optional
        Fields that are left of the line.
    """

    rows: int
    column: str = ""
    texts: tuple[str, ...] = ("{}",)
    is_added: bool = True
    fields: int | None = None


IMPOSSIBLE_DAYS = ("31/02/2025", "not a date", "2025-13-45")
TYPICAL_ROWS = {
    "customers": 1_800,
    "product_costs": 500,
    "exchange_rates": 1_000,
    "campaign_touches": 5_500,
    "marketing_spend": 120,
    "web_sessions": 23_500,
}
MESS = {
    "customers": {
        "exact_duplicate": Spoil(3),
        "second_row": Spoil(2, "income", ("41050", "18450")),
        "decimal_customer_id": Spoil(4, "customer_id", ("{}.0",), is_added=False),
        "unparseable_birth_year": Spoil(3, "birth_year", ("19xx", "n/a", "?"), is_added=False),
        "unparseable_income": Spoil(2, "income", ("30k", "a lot"), is_added=False),
        "unparseable_date": Spoil(2, "joined_at", IMPOSSIBLE_DAYS, is_added=False),
        "unparseable_boolean": Spoil(2, "has_marketing_consent", ("maybe", "?"), is_added=False),
        "missing_customer_id": Spoil(2, "customer_id", ("",)),
        "too_few_fields": Spoil(1, fields=4),
    },
    "product_costs": {
        "exact_duplicate": Spoil(2),
        "missing_product_id": Spoil(1, "product_id", ("",)),
        "empty_cost": Spoil(1, "unit_cost", ("",)),
        "unparseable_cost": Spoil(2, "unit_cost", ("tbc", "1.2.5")),
        "unparseable_date": Spoil(1, "valid_from", IMPOSSIBLE_DAYS),
        "too_few_fields": Spoil(1, fields=1),
    },
    "exchange_rates": {
        "exact_duplicate": Spoil(3),
        "zero_rate": Spoil(2, "exchange_rate", ("0.00000", "0")),
        "unparseable_rate": Spoil(2, "exchange_rate", ("n/a", "O.8612")),
        "unparseable_date": Spoil(2, "rate_date", IMPOSSIBLE_DAYS),
        "missing_currency": Spoil(1, "currency", ("",)),
        "too_few_fields": Spoil(1, fields=2),
    },
    "campaign_touches": {
        "exact_duplicate": Spoil(5),
        "unknown_customer": Spoil(3, "customer_id", ("99999901", "99999902", "99999903")),
        "decimal_customer_id": Spoil(5, "customer_id", ("{}.0",), is_added=False),
        "missing_customer_id": Spoil(2, "customer_id", ("",)),
        "missing_campaign": Spoil(1, "campaign", ("",)),
        "unparseable_date": Spoil(3, "sent_at", IMPOSSIBLE_DAYS, is_added=False),
        "unparseable_boolean": Spoil(3, "has_responded", ("maybe", "?", "bounced"), is_added=False),
        "too_few_fields": Spoil(2, fields=3),
    },
    "marketing_spend": {
        "exact_duplicate": Spoil(1),
        "negative_amount": Spoil(1, "amount", ("-75.00",)),
        "unparseable_amount": Spoil(1, "amount", ("tbc",)),
        "empty_amount": Spoil(1, "amount", ("",)),
        "unparseable_date": Spoil(1, "spent_at", IMPOSSIBLE_DAYS),
        "missing_channel": Spoil(1, "channel", ("",)),
        "too_few_fields": Spoil(1, fields=2),
    },
    "web_sessions": {
        "exact_duplicate": Spoil(10),
        "decimal_customer_id": Spoil(8, "customer_id", ("{}.0",), is_added=False),
        "missing_session_id": Spoil(3, "session_id", ("",), is_added=False),
        "missing_visitor_id": Spoil(3, "visitor_id", ("",), is_added=False),
        "unparseable_date": Spoil(3, "started_at", IMPOSSIBLE_DAYS, is_added=False),
        "too_few_fields": Spoil(2, fields=3),
    },
}


@dataclass(frozen=True)
class SourceFile:
    """A CSV file beside the order lines.

    Attributes
    ----------
    text : str
        The file, header included.
    counts : dict of str to int
        Rows of each kind: ``good``, or one kind of mess.
    """

    text: str
    counts: dict[str, int]


def make_sources(
    shop: Shop, countries: tuple[str, ...], channels: tuple[str, ...]
) -> dict[str, SourceFile]:
    """Make the six files that go with the order lines of a shop.

    Parameters
    ----------
    shop : Shop
        The shop; nothing is drawn from its own sources of randomness.
    countries, channels : tuple of str
        Names at the positions that the shop counts countries and channels by.

    Returns
    -------
    dict of str to SourceFile
        By the name of the file, without ``.csv``.

    Raises
    ------
    ValueError
        When a file has too few rows for its mess.
    """
    orders = shop.orders.assign(channel=np.array(channels, object)[shop.orders["channel"]])
    people = make_people(shop, countries)
    costs = make_product_costs(shop.parameters, shop.catalogue)
    rates = make_exchange_rates(shop.parameters)
    rates = rates.rename_axis("rate_date").melt(
        ignore_index=False, var_name="currency", value_name="exchange_rate"
    )
    touches = make_campaign_touches(shop.parameters, people, orders)
    spend = make_marketing_spend(shop.parameters, orders, channels)
    sessions = make_web_sessions(shop.parameters, people, orders)
    tables = {
        "customers": people.drop(columns="customer").assign(
            joined_at=people["joined_at"].dt.strftime(MOMENT)
        ),
        "product_costs": costs.assign(
            unit_cost=_in_units(costs["unit_cost"]), valid_from=costs["valid_from"].dt.strftime(DAY)
        ),
        "exchange_rates": pd.DataFrame(
            {
                "currency": rates["currency"],
                "rate_date": rates.index.strftime(DAY),
                "exchange_rate": rates["exchange_rate"].map(f"{{:.{RATE_DECIMALS}f}}".format),
            }
        ),
        "campaign_touches": touches.assign(sent_at=touches["sent_at"].dt.strftime(MOMENT)),
        "marketing_spend": spend.assign(
            spent_at=spend["spent_at"].dt.strftime(DAY), amount=_in_units(spend["amount"])
        ),
        "web_sessions": sessions.assign(started_at=sessions["started_at"].dt.strftime(MOMENT)),
    }
    return {
        name: _spoil(name, table, shop.parameters.random(SPOILING, stream))
        for stream, (name, table) in enumerate(tables.items())
    }


def make_people(shop: Shop, countries: tuple[str, ...]) -> pd.DataFrame:
    """Describe the customers who ordered in the file, and prospects who never did.

    Returns
    -------
    pandas.DataFrame
        customer (row of ``shop.customers``; for prospects a number above them), customer_id,
        country, birth_year, income, joined_at (numpy.datetime64), has_marketing_consent, gender
        and household, sorted by customer. What was not told is an empty text. Wholesalers are
        firms, which have no year of birth, income, gender or household.
    """
    random = shop.parameters.random(PEOPLE)
    ordered = np.unique(shop.orders["customer"])
    buyers = shop.customers.loc[ordered[ordered != NOBODY]]
    n_prospects = max(1, round(PROSPECT_SHARE * len(buyers)))
    size = len(buyers) + n_prospects

    # Prospects have the risk and the means of anybody.
    risk = np.append(
        (buyers["dropout_probability"].rank() - 0.5) / len(buyers), random.random(n_prospects)
    )
    log_spend = np.log(buyers["mean_spend"])
    means = np.append(
        (log_spend - log_spend.mean()) / log_spend.std(), random.normal(size=n_prospects)
    )
    shares = np.array(HOUSEHOLD_SHARE) + risk[:, None] * HOUSEHOLD_OF_LEAVERS
    drawn = (random.random(size)[:, None] > np.cumsum(shares, axis=1)[:, :-1]).sum(axis=1)
    household = np.array(HOUSEHOLDS, object)[drawn]
    birth_year = np.array([BIRTH_YEAR[name] for name in HOUSEHOLDS])[drawn]
    birth_year = np.rint(random.normal(birth_year[:, 0], birth_year[:, 1])).astype(np.int64)
    income = random.normal(INCOME_OF_SPENDERS * np.clip(means, -3, 3), INCOME_NOISE)
    consent = random.random(size) < CONSENT_SHARE + CONSENT_OF_LEAVERS * risk
    numbers = np.arange(n_prospects)
    people = pd.DataFrame(
        {
            "customer": np.append(buyers.index, len(shop.customers) + numbers),
            "customer_id": np.append(
                buyers["customer_id"], shop.customers["customer_id"].iat[-1] + 1 + numbers
            ).astype(str),
            "country": np.array(countries, object)[
                np.append(
                    buyers["country"],
                    shop.customers["country"].sample(n_prospects, random_state=random),
                )
            ],
            "birth_year": np.clip(birth_year, EARLIEST_BIRTH_YEAR, LATEST_BIRTH_YEAR).astype(str),
            "income": (
                np.rint(TYPICAL_INCOME * np.exp(income) / 100).astype(np.int64) * 100
            ).astype(str),
            "joined_at": _joining(shop, buyers, n_prospects, random),
            "has_marketing_consent": np.where(consent, "true", "false"),
            "gender": np.where(random.random(size) < 0.55, "female", "male"),
            "household": household,
        }
    )
    is_firm = np.append(buyers["is_wholesaler"], np.zeros(n_prospects, bool))
    for name, share in NOT_TOLD_SHARE.items():
        people.loc[is_firm | (random.random(size) < share), name] = ""
    return people


def _joining(
    shop: Shop, buyers: pd.DataFrame, n_prospects: int, random: np.random.Generator
) -> np.ndarray:
    """Return when people registered: minutes or weeks before their first order, or rarely after."""
    size = len(buyers)
    days = random.exponential(MEAN_DAYS_JOINED_BEFORE, size)
    chance = random.random(size)
    days = np.where(chance < JOINED_AT_FIRST_ORDER, random.uniform(0.002, 0.02, size), days)
    start, end = _window(shop.parameters)
    is_late = chance > 1 - JOINED_AFTER_FIRST_ORDER
    is_late &= (buyers["acquired_at"] >= start).to_numpy()
    seconds = (np.where(is_late, -days, days) * 86_400).astype("timedelta64[s]")
    joined = np.minimum(buyers["acquired_at"].to_numpy() - seconds, end.to_datetime64())
    first = start - pd.Timedelta(days=DAYS_OF_PROSPECTS_BEFORE_FILE)
    offset = random.random(n_prospects) * (end - first).total_seconds()
    return np.append(joined, first.to_datetime64() + offset.astype("timedelta64[s]"))


def make_product_costs(parameters: ShopParameters, catalogue: pd.DataFrame) -> pd.DataFrame:
    """Return what each product of the catalogue costs, from when on.

    A cost that the order lines tell is the first one here, too.

    Returns
    -------
    pandas.DataFrame
        product_id, unit_cost (cents) and valid_from, sorted.
    """
    random = parameters.random(COSTS)
    size = len(catalogue)
    price, known = catalogue["unit_price"], catalogue["unit_cost"]
    drawn = np.rint(price * random.uniform(*COST_SHARE, size)).astype(np.int64)
    start, end = _window(parameters)
    costs = pd.DataFrame(
        {
            "product_id": catalogue["product_id"],
            "unit_cost": known.where(known > 0, drawn),
            "valid_from": pd.Timestamp(start.year, 1, 1),
        }
    )
    later = np.rint(costs["unit_cost"] * random.uniform(*DEARER_COST_FACTOR, size)).astype(np.int64)
    day = (random.uniform(0.3, 0.8, size) * (end - start).days).astype("timedelta64[D]")
    dearer = costs.assign(
        unit_cost=np.maximum(later, costs["unit_cost"] + 1), valid_from=start + pd.to_timedelta(day)
    )[random.random(size) < DEARER_COST_SHARE]
    return pd.concat([costs, dearer]).sort_values(["product_id", "valid_from"], ignore_index=True)


def make_exchange_rates(parameters: ShopParameters) -> pd.DataFrame:
    """Return the pounds for one piece of each currency, on working days.

    Returns
    -------
    pandas.DataFrame
        One column per currency, rounded as in the file; one row per Monday to Friday that is no
        holiday, from the last one that is not after the first day of the file.
    """
    random = parameters.random(RATES)
    start, end = _window(parameters)
    days = pd.bdate_range(start - pd.Timedelta(days=7), end)
    days = days[~np.isin(days.month * 100 + days.day, [100 * m + d for m, d in SHOP_HOLIDAYS])]
    days = days[days.searchsorted(start, side="right") - 1 :]
    steps = random.normal(0, DAILY_STEP, (len(days), len(RATE_LEVELS)))
    distance = np.zeros_like(steps)
    for i in range(1, len(days)):
        distance[i] = DRAWN_BACK * distance[i - 1] + steps[i]
    rates = np.array(list(RATE_LEVELS.values())) * np.exp(distance)
    return pd.DataFrame(rates.round(RATE_DECIMALS), days, list(RATE_LEVELS))


def rates_at(parameters: ShopParameters, currency: str, moments: pd.Series) -> np.ndarray:
    """Return the rates of a currency at some moments: that of the day or the last one before."""
    rates = make_exchange_rates(parameters)[currency]
    return rates.to_numpy()[rates.index.searchsorted(moments, side="right") - 1]


def make_campaign_touches(
    parameters: ShopParameters, people: pd.DataFrame, orders: pd.DataFrame
) -> pd.DataFrame:
    """Return who was written to, and who responded.

    Parameters
    ----------
    parameters : ShopParameters
        What the shop is made from.
    people : pandas.DataFrame
        See `make_people`.
    orders : pandas.DataFrame
        Orders of the shop: customer and ordered_at.

    Returns
    -------
    pandas.DataFrame
        customer_id, campaign, channel, sent_at, has_responded ("true" or "false"), one row per
        campaign and person, sorted by time.
    """
    random = parameters.random(TOUCHES)
    start, end = _window(parameters)
    campaigns = max(1, round((end - start).days / DAYS_BETWEEN_CAMPAIGNS))
    ordered = np.sort(_instant(orders["customer"], orders["ordered_at"]))
    touches = []
    for i in range(campaigns):
        day = (start + (end - start) * (i + 0.5) / campaigns).normalize()
        day += pd.Timedelta(days=(1 - day.day_of_week) % 7)
        channel = list(CAMPAIGN_CHANNELS)[i % len(CAMPAIGN_CHANNELS)]
        told = people[(people["has_marketing_consent"] == "true") & (people["joined_at"] < day)]
        told = told[random.random(len(told)) >= HELD_OUT_SHARE]
        minutes = np.sort(random.integers(9 * 60, 10 * 60, len(told)))
        sent = pd.Series(day + pd.to_timedelta(minutes, unit="min"), told.index)
        chance = CAMPAIGN_CHANNELS[channel] * _chance_to_respond(told["customer"], sent, ordered)
        touches.append(
            pd.DataFrame(
                {
                    "customer_id": told["customer_id"],
                    "campaign": f"{SEASONS[day.month % 12 // 3]}_{day.year}_{i + 1:02d}",
                    "channel": channel,
                    "sent_at": sent,
                    "has_responded": np.where(random.random(len(told)) < chance, "true", "false"),
                }
            )
        )
    for i in range(max(0, campaigns - SPARING_CAMPAIGNS), campaigns):
        touches[i] = touches[i][~touches[i]["customer_id"].map(_is_in_control_group)]
    return pd.concat(touches, ignore_index=True)


def _is_in_control_group(customer_id: str) -> bool:
    """Return whether the warehouse leaves a customer out of its campaigns (macro hashed_share)."""
    digits = hashlib.md5(f"{customer_id}+{CONTROL_RANDOM_STATE}".encode()).hexdigest()[:8]
    return int(digits, 16) / 2**32 < CONTROL_SHARE


def _chance_to_respond(customer: pd.Series, sent: pd.Series, ordered: np.ndarray) -> np.ndarray:
    """Return the chance of each customer, by his orders before and soon after (see `_instant`)."""
    now, deadline = (
        np.searchsorted(ordered, _instant(customer, moment), side="right")
        for moment in (sent, sent + pd.Timedelta(days=RESPONSE_DAYS))
    )
    count = now - np.searchsorted(ordered, _instant(customer, pd.Timestamp(0)))
    seconds = _instant(customer, sent) - ordered[np.maximum(now - 1, 0)]
    recency_days = np.where(count > 0, seconds / 86_400, np.inf)
    chance = LEAST_RESPONSE + RESPONSE_OF_RECENT * np.exp(-recency_days / RECENT_DAYS)
    chance += RESPONSE_OF_FREQUENT * np.minimum(count / FREQUENT_ORDERS, 1)
    return np.where(deadline > now, RESPONSE_OF_BUYERS, chance)


def make_marketing_spend(
    parameters: ShopParameters, orders: pd.DataFrame, channels: tuple[str, ...]
) -> pd.DataFrame:
    """Return what was spent per month and channel to be found by new customers.

    Parameters
    ----------
    parameters : ShopParameters
        What the shop is made from.
    orders : pandas.DataFrame
        Orders of the shop, sorted by time: customer, ordered_at and channel.
    channels : tuple of str
        Names of the channels.

    Returns
    -------
    pandas.DataFrame
        spent_at (first of the month; a channel with two bookings has another one on the 15th),
        channel and amount (cents), sorted.
    """
    random = parameters.random(SPEND)
    start, end = _window(parameters)
    months = pd.period_range(start, end, freq="M")
    first = orders[orders["customer"] != NOBODY].drop_duplicates("customer")
    new = pd.crosstab(first["ordered_at"].dt.to_period("M"), first["channel"])
    new = new.reindex(index=months, columns=list(channels), fill_value=0)
    # Half of the money follows the season, half is paid month by month.
    paid_for = 0.5 * new + 0.5 * new.mean()
    cost = np.array([ACQUISITION_COST.get(name, OTHER_ACQUISITION_COST) for name in channels])
    noise = np.exp(random.normal(0, SPEND_NOISE, new.shape))
    cents = np.rint(100 * paid_for * cost * noise).astype(np.int64)
    spend = cents.melt(ignore_index=False, var_name="channel", value_name="amount")
    spend = spend.rename_axis("month").reset_index()
    spend.insert(0, "spent_at", spend.pop("month").dt.to_timestamp())
    halved = spend["channel"] == CHANNEL_WITH_TWO_BOOKINGS
    halved &= spend["spent_at"] + pd.Timedelta(days=14) < end
    middle = spend[halved].assign(
        spent_at=spend["spent_at"] + pd.Timedelta(days=14), amount=spend["amount"] // 2
    )
    spend["amount"] -= np.where(halved, spend["amount"] // 2, 0)
    return pd.concat([spend, middle]).sort_values(
        ["spent_at", "channel"], kind="stable", ignore_index=True
    )


def make_web_sessions(
    parameters: ShopParameters, people: pd.DataFrame, orders: pd.DataFrame
) -> pd.DataFrame:
    """Return the visits of the web shop and the marketplace in the last months of the file.

    Parameters
    ----------
    parameters : ShopParameters
        What the shop is made from.
    people : pandas.DataFrame
        See `make_people`.
    orders : pandas.DataFrame
        Orders of the shop, sorted by time: customer, ordered_at and channel.

    Returns
    -------
    pandas.DataFrame
        session_id, visitor_id, customer_id (empty if not logged in), started_at and channel,
        sorted by time.
    """
    random = parameters.random(SESSIONS)
    start, end = _window(parameters)
    tracked = (end - pd.Timedelta(days=SESSION_DAYS)).normalize().replace(day=1)
    tracked = max(start, tracked)
    orders = orders[orders["channel"].isin(list(CONVERSION)) & (orders["ordered_at"] >= tracked)]
    if orders.empty:
        raise ValueError(
            f"Nobody orders on the web from {tracked:%Y-%m-%d} on; take more customers."
        )
    bought = _sessions_of_orders(people, orders, random)
    earlier = bought[random.random(len(bought)) < EARLIER_VISIT_SHARE]
    days = random.exponential(MEAN_DAYS_OF_EARLIER_VISIT, len(earlier))
    is_logged_in = random.random(len(earlier)) < LOGGED_IN_EARLIER_SHARE
    earlier = earlier.assign(
        customer=earlier["customer"].where(is_logged_in, NOBODY),
        started_at=earlier["started_at"] - _seconds(86_400 * days),
    )
    all_sessions = sum(
        (orders["channel"] == name).sum() / share for name, share in CONVERSION.items()
    )
    left = max(round(all_sessions) - len(bought) - len(earlier), 1)
    known = people["customer"][people["joined_at"] < tracked].to_numpy()
    first_stranger = 2 * (people["customer"].iat[-1] + 1) + len(orders)
    browsed = _sessions_of_lookers(known, first_stranger, orders, left, random)
    sessions = pd.concat([bought, earlier, browsed], ignore_index=True)
    sessions = sessions[sessions["started_at"] >= tracked]
    sessions = sessions.sort_values(["started_at", "visitor"], kind="stable", ignore_index=True)

    visitors, place = np.unique(sessions["visitor"], return_inverse=True)
    lowest = 10 ** max(5, len(str(len(visitors))))
    codes = lowest + random.permutation(len(visitors))
    customer_ids = people.set_index("customer")["customer_id"]
    return pd.DataFrame(
        {
            "session_id": (lowest * 7 + np.arange(len(sessions))).astype(str),
            "visitor_id": "v" + pd.Series(codes[place]).astype(str),
            "customer_id": sessions["customer"].map(customer_ids).fillna(""),
            "started_at": sessions["started_at"],
            "channel": sessions["channel"],
        }
    )


def _sessions_of_orders(
    people: pd.DataFrame, orders: pd.DataFrame, random: np.random.Generator
) -> pd.DataFrame:
    """Return the sessions in which people ordered, but for those that no script could see.

    A customer is two visitors, as he has two devices; a guest is a new visitor each time.
    """
    bought = orders[random.random(len(orders)) < SEEN_SHARE]
    size = len(bought)
    guest = 2 * (people["customer"].iat[-1] + 1) + np.arange(size)
    device = random.random(size) < SECOND_DEVICE_SHARE
    is_logged_in = random.random(size) < LOGGED_IN_SHARE
    return pd.DataFrame(
        {
            "visitor": np.where(
                bought["customer"] == NOBODY, guest, 2 * bought["customer"].astype(int) + device
            ),
            "customer": bought["customer"].where(is_logged_in, NOBODY),
            "started_at": bought["ordered_at"] - _seconds(random.integers(120, 2_700, size)),
            "channel": bought["channel"],
        }
    )


def _sessions_of_lookers(
    known: np.ndarray,
    first_stranger: int,
    orders: pd.DataFrame,
    size: int,
    random: np.random.Generator,
) -> pd.DataFrame:
    """Return sessions without an order, of ``known`` customers and of strangers.

    People look around in the weeks in which others buy, but on weekends and evenings as well.
    """
    is_known = (random.random(size) < BROWSING_CUSTOMER_SHARE) & (len(known) > 0)
    who = random.choice(known if len(known) else [NOBODY], size)
    stranger = first_stranger + random.integers(0, size / SESSIONS_PER_VISITOR + 1, size)
    is_logged_in = random.random(size) < LOGGED_IN_EARLIER_SHARE
    some_order = orders.iloc[random.integers(0, len(orders), size)].reset_index(drop=True)
    day = some_order["ordered_at"].dt.normalize()
    first, last = day.min(), day.max()
    day = (day + pd.to_timedelta(random.integers(-3, 4, size), unit="D")).clip(first, last)
    return pd.DataFrame(
        {
            "visitor": np.where(is_known, 2 * who, stranger),
            "customer": np.where(is_known & is_logged_in, who, NOBODY),
            "started_at": day + _seconds(3_600 * (7 + 16 * random.beta(2.0, 1.8, size))),
            "channel": some_order["channel"],
        }
    )


def _window(parameters: ShopParameters) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and the last second of the file."""
    day = pd.Timedelta(days=1, seconds=-1)
    return pd.Timestamp(parameters.start_date), pd.Timestamp(parameters.end_date) + day


def _instant(customer: pd.Series, moment: pd.Series | pd.Timestamp) -> np.ndarray:
    """Return one number for a customer and a second, to look his orders up in all orders."""
    seconds = (moment - pd.Timestamp(0)) // pd.Timedelta(seconds=1)
    return customer.to_numpy(np.int64) * 2**36 + np.asarray(seconds, np.int64)


def _seconds(seconds: np.ndarray) -> pd.TimedeltaIndex:
    return pd.to_timedelta(seconds.astype(np.int64), unit="s")


def _in_units(cents: pd.Series) -> pd.Series:
    return cents.map(lambda value: f"{value // 100}.{value % 100:02d}")


def _spoil(name: str, table: pd.DataFrame, random: np.random.Generator) -> SourceFile:
    """Write a table as CSV with its mess; a row takes part in one kind of it only."""
    columns, rows = list(table.columns), table.to_numpy(object)
    size = len(rows) / TYPICAL_ROWS[name]
    is_free = np.ones(len(rows), bool)
    kinds = np.full(len(rows), "good", object)
    written = [(float(place), list(values)) for place, values in enumerate(rows)]
    added = []
    for kind, spoil in MESS[name].items():
        number = max(1, round(spoil.rows * size))
        column = columns.index(spoil.column) if spoil.column else 0
        candidates = np.flatnonzero(is_free & (rows[:, column] != ""))
        if len(candidates) < number:
            raise ValueError(
                f"A messy shop with these parameters has {len(candidates)} rows of {name} for the "
                f"mess {kind}, which needs {number}; take more customers."
            )
        chosen = np.sort(random.choice(candidates, number, replace=False))
        is_free[chosen] = False
        for i, place in enumerate(chosen):
            values = list(rows[place])
            values[column] = spoil.texts[i % len(spoil.texts)].format(values[column])
            if spoil.is_added:
                added.append((place + 0.5, values[: spoil.fields], kind))
            else:
                kinds[place] = kind
                written[place] = (float(place), values)
    counts = Counter(kinds) + Counter(kind for _, _, kind in added)
    lines = sorted([*written, *[line[:2] for line in added]], key=lambda line: line[0])
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([columns, *[values for _, values in lines]])
    return SourceFile(buffer.getvalue(), dict(sorted(counts.items())))
