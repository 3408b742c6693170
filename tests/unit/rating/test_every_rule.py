"""Every rule of the engine gives what plain Python gives, over random fleets and prices."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from billing_portal.common.money import plain as written
from invoices.rating.scenarios import read
from tests.unit.rating import plain
from tests.unit.rating.catalogues import ITEMS, documents
from tests.unit.rating.plain.quantities import QUANTITIES

CASES = Path(__file__).resolve().parents[2] / "cases"
COLUMNS = ["device", "date", "name", "unit_price", "quantity", "amount"]
WHOLE = {
    path.stem: case
    for path in sorted(CASES.glob("*.json"))
    for case in [json.loads(path.read_text())]
    if case.get("catalogue") is False and "lines" in case["expect"]
}


def engine_lines(document: dict[str, Any]) -> list[tuple[Any, ...]]:
    result = read(document).rate()
    assert not result.problems
    return sorted((*row[:4], int(row[4]), row[5]) for row in result.lines.select(COLUMNS).rows())


@settings(max_examples=60)
@given(documents(with_coupons=True))
def test_the_engine_agrees_with_plain_python(document: dict[str, Any]) -> None:
    assert engine_lines(document) == plain.lines(document)


@pytest.mark.parametrize("name", WHOLE)
def test_plain_python_gives_what_the_case_expects(name: str) -> None:
    expected = WHOLE[name]["expect"]["lines"]
    found = [
        [*row[:3], *(written(Decimal(x)) for x in row[3:])] for row in plain.lines(WHOLE[name])
    ]
    assert sorted(found) == sorted(expected)


def test_every_quantity_rule_is_drawn() -> None:
    assert {item["rule"] for item in ITEMS} >= QUANTITIES.keys()
