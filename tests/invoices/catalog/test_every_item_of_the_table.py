"""Every item of the reference table has a rule, a price, its unit, its region and a case."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from invoices.services.catalog.inputs import PRICELESS
from invoices.services.catalog.rows import ItemRow
from tests.cases.catalogue import default_catalogue

ROOT = Path(__file__).resolve().parents[3]
TABLE = next(iter((ROOT.parent / "shared" / "sources").glob("000_*.txt")), None)
UNITS = {
    "Days, per subscriber": "days",
    "Days, per device": "days",
    "Days": "days",
    "Months, per subscriber": "months",
    "Months, per gateway": "months",
    "Months, per device": "months",
    "Months": "months",
    "Years, per device": "years",
    "Years": "years",
    "Hours, per connection": "hours",
    "Hours, per interface": "hours",
    "Hours": "hours",
    "Hour": "hours",
    "Each, per 1GB": "gigabytes",
    "Each": "each",
    "Bytes": "bytes",
    "Requests": "requests",
    "Packs": "packs",
    "Subscribers": "subscribers",
    "Amount": "amount",
}
OTHER_UNITS = {"soracomEndorseFreeTier": "days"}
"""The table says requests; what it frees is counted in days."""
_ROW = re.compile(
    rf"(?P<name>[a-z]\w+(?:-[a-z]+)*) .+ (?P<unit>{'|'.join(UNITS)})"
    r" (?P<region>All|Japan|Global)(?: (?P<plan>plan-\w+))?"
)


class Listed(NamedTuple):
    """A row of the table."""

    name: str
    unit: str
    region: str
    plan: str | None


@cache
def listed() -> tuple[Listed, ...]:
    if TABLE is None:
        return ()
    found = map(_ROW.fullmatch, TABLE.read_text(encoding="utf-8").splitlines())
    return tuple(Listed(*(row[name] for name in Listed._fields)) for row in found if row)


def item_of(row: Listed) -> ItemRow | None:
    """The item that has the name of the table, in which a variant is spelled out in words."""
    for item in default_catalogue().items.values():
        variants = item.name.removesuffix("{variant}")
        if item.name == row.name or (item.has_variants and row.name.startswith(variants)):
            return item
    return None


def faults(row: Listed) -> Iterator[str]:
    item = item_of(row)
    if item is None:
        yield "it is not in the catalogue"
        return
    if item.unit != OTHER_UNITS.get(item.code, UNITS[row.unit]):
        yield f"its unit is {item.unit}, not {row.unit}"
    if item.region != row.region.lower():
        yield f"its region is {item.region}, not {row.region}"
    if item.inputs.get("plans", [None]) != [row.plan] and row.plan:
        yield f"it is not limited to {row.plan}"
    if not (item.title_en and item.title_ja):
        yield "it has no title"
    yield from unpriced(item)
    if item.code not in shown():
        yield "no case names it"


def unpriced(item: ItemRow) -> Iterator[str]:
    coverages = {"all": {"japan", "global"}}.get(item.region, {item.region})
    prices = default_catalogue().prices.values()
    priced = {price.coverage for price in prices if price.item == item.code}
    if item.rule not in PRICELESS and priced != coverages:
        yield f"it has prices in {sorted(priced)}"


@cache
def shown() -> frozenset[str]:
    """The codes of items that the expectation of some case names."""
    names: set[str] = set()
    for path in (ROOT / "tests" / "cases").glob("*.json"):
        expected = json.loads(path.read_text(encoding="utf-8"))["expect"]
        names |= expected.get("items", {}).keys() | {row[2] for row in expected.get("lines", [])}
    return frozenset(
        item.code
        for item in default_catalogue().items.values()
        if any(re.fullmatch(re.escape(item.name).replace(r"\{variant\}", ".+"), n) for n in names)
    )


@pytest.mark.skipif(TABLE is None, reason="the vendor's documents are not beside the project")
def test_the_table_is_read_whole() -> None:
    discounts = [row for row in listed() if re.search(r"FreeTier|Discount|Coupon$", row.name)]
    assert (len(listed()) - len(discounts), len(discounts)) == (61, 12)


@pytest.mark.parametrize("row", listed(), ids=lambda row: row.name)
def test_an_item_of_the_table_is_complete(row: Listed) -> None:
    assert list(faults(row)) == []


def test_what_is_not_of_the_table_is_shown_by_a_case_as_well() -> None:
    assert default_catalogue().items.keys() - shown() == set()


def test_every_priced_meter_is_counted_by_an_item() -> None:
    counted = {code for item in default_catalogue().items.values() for code in item.meters}
    priced = {code for code, meter in default_catalogue().meters.items() if meter.is_priced}
    assert counted == priced
