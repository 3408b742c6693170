"""The engine gives what a second, plain implementation gives, over random fleets."""

from collections.abc import Iterable
from decimal import Decimal
from functools import reduce
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.rating.scenarios import ACCOUNT, read
from invoices.rating.tariff import Item
from invoices.rating.totals import NOTHING, Sums
from tests.cases.catalogue import items_of
from tests.unit.rating import oracle
from tests.unit.rating.fleets import fleets

COLUMNS = ["device", "date", "name", "unit_price", "quantity", "amount"]
# 2^63 - 1 bytes at these prices stay just below 10^14 each.
LIMITS = [
    (2**63 - 1, "0.21", 1_048_576),
    (1, "99999999999999", 1),
    (1, "0.000000000000000000000001", 1),
]


def known_items(coverage: str) -> list[Item]:
    """Those items of the default catalogue that the plain implementation knows."""
    return [item for item in items_of(coverage) if item.code in oracle.ITEMS]


def engine_lines(document: dict[str, Any]) -> list[tuple[Any, ...]]:
    result = read(document, items=known_items(document["coverage"])).rate()
    assert not result.problems
    return sorted((*row[:4], int(row[4]), row[5]) for row in result.lines.select(COLUMNS).rows())


def total(amounts: Iterable[Decimal]) -> Decimal:
    return reduce(oracle.EXACT.add, amounts, Decimal(0))


def engine_sums(document: dict[str, Any]) -> Sums:
    result = read(document, items=known_items(document["coverage"])).rate()
    return result.sums.get(ACCOUNT, NOTHING)


@settings(max_examples=60)
@given(fleets())
def test_the_engine_agrees_with_plain_python(document: dict[str, Any]) -> None:
    assert engine_lines(document) == oracle.lines(document)


@settings(max_examples=15)
@given(fleets())
def test_detail_by_item_and_by_day_add_up_to_the_net(document: dict[str, Any]) -> None:
    found = engine_sums(document)
    net = total(line[5] for line in oracle.lines(document))
    assert found.net == net
    assert total(item.amount for item in found.items) == net
    assert total(day.amount for day in found.days) == net


@settings(max_examples=15)
@given(fleets(), st.randoms())
def test_order_and_splitting_of_usage_change_no_digit(document: dict[str, Any], dice: Any) -> None:
    split = []
    for row in document["usage"]:
        part = dice.randint(0, row["quantity"])
        split += [row | {"quantity": part}, row | {"quantity": row["quantity"] - part}]
    dice.shuffle(split)
    assert engine_lines(document | {"usage": split}) == engine_lines(document)


@settings(max_examples=15)
@given(fleets())
def test_a_free_tier_never_turns_a_bill_negative(document: dict[str, Any]) -> None:
    assert engine_sums(document).net >= 0


@pytest.mark.parametrize(("quantity", "price", "per"), LIMITS)
def test_the_ends_of_the_range_are_exact(quantity: int, price: str, per: int) -> None:
    document = {
        "month": "2026-10",
        "coverage": "global",
        "prices": [
            {"item": "dataTrafficCharge", "since": "2026-01-01", "price": price, "per": per}
        ],
        "devices": [{"id": "1"}],
        "usage": [
            {
                "device": "1",
                "day": "2026-10-01",
                "meter": "data.upload",
                "variant": "us-plan01s",
                "quantity": quantity,
            }
        ],
    }
    assert engine_lines(document) == oracle.lines(document)
