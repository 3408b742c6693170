"""From a JSON document to what can be rated."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from billing_portal.common.periods import Month
from invoices.rating import engine, registry
from invoices.rating.engine import Rated
from invoices.rating.frames import Frames
from invoices.rating.scenarios.coupons import is_usable
from invoices.rating.scenarios.expectations import check_expectations
from invoices.rating.scenarios.fields import FIELDS
from invoices.rating.scenarios.fleet import read_frames
from invoices.rating.scenarios.items import MOST, read_items
from invoices.rating.scenarios.nodes import NO_DAY, Node, Record
from invoices.rating.scenarios.prices import read_prices
from invoices.rating.scenarios.problems import Problems
from invoices.rating.tariff import Item, Price, Tariff
from invoices.rating.taxes import HOME
from usage.metering.vocabulary import Coverage


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is rated: the facts of one account, the tariff, and the days that count.

    `country` decides the tax. `notes` say what the scenario holds that does not count.
    """

    frames: Frames
    tariff: Tariff
    days: Sequence[date]
    country: str = HOME
    notes: Sequence[str] = ()

    def rate(self, *, preliminary: bool = False) -> Rated:
        """Rate it by the rules of its month. Raises AmountTooGreat."""
        return engine.rate(
            self.frames,
            tariff=self.tariff,
            days=self.days,
            rules=registry.in_force(self.tariff.month),
            preliminary=preliminary,
        )


Catalogue = Callable[[str, Month], Tariff]
"""What a coverage has in a month, besides what a scenario brings itself."""


def read(
    document: Mapping[str, Any], *, items: Sequence[Item] = (), prices: Sequence[Price] = ()
) -> Scenario:
    """The scenario of a JSON document over some items and prices. Raises BadScenario; see below."""

    def given(coverage: str, month: Month) -> Tariff:
        return Tariff(coverage, month, tuple(items), tuple(prices))

    return read_over(document, catalogue=given)


def read_over(document: Any, *, catalogue: Catalogue) -> Scenario:
    """The scenario of a JSON document over a catalogue.

    Raises BadScenario with everything that is wrong.
    """
    problems = Problems()
    row = Node(document, problems).record(FIELDS["scenario"])
    month = row["month"].month()
    tariff = _tariff(row, month, catalogue)
    frames = read_frames(row, month=month, items={item.code: item for item in tariff.items})
    last = row["through"].day(month.last_day)
    days = tuple(day for day in month.days if day <= last)
    country = row["country"].country(default=HOME)
    check_expectations(row)
    problems.raise_if_any()
    return Scenario(frames, tariff, days, country, tuple(_notes(row, frames, month, days)))


def _tariff(row: Record, month: Month, catalogue: Catalogue) -> Tariff:
    coverage = row["coverage"].choice(list(Coverage))
    is_over = row["catalogue"].flag(default=True)
    # With a coverage that is misspelt, items of none of them are blamed as well.
    given = [catalogue(each, month) for each in ([coverage] if coverage else Coverage) if is_over]
    known = read_items(row["items"], catalogue=[item for each in given for item in each.items])
    prices = read_prices(
        row["prices"],
        items={item.code: item for item in known},
        catalogue=[price for each in given for price in each.prices],
    )
    return Tariff(coverage, month, known, prices)


def _notes(row: Record, frames: Frames, month: Month, days: Sequence[date]) -> Iterator[str]:
    if row["through"].is_there and len(days) < len(month.days):
        yield f"through: {len(days)} of the {len(month.days)} days of {month} count."
    elif row["through"].is_there and row["through"].day(NO_DAY) > month.last_day:
        yield f"through: the whole of {month} counts; it ends before that day."
    for node in row["coupons"].entries(most=MOST):
        coupon = node.record(FIELDS["coupons"])
        if not is_usable(coupon, month):
            yield f"{node.path}: it cannot be used in {month}, left out."
    inside = pl.col("day").is_in(list(days)) if days else pl.lit(value=False)
    outside = frames.usage.height - frames.usage.filter(inside).height
    if outside:
        rows = "1 row is" if outside == 1 else f"{outside} rows are"
        yield f"usage: {rows} of days that do not count, left out."
