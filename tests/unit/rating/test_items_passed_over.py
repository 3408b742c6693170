"""Items that nothing of a shard can be charged by are passed over: that changes no digit."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from invoices.rating import engine
from invoices.rating.derived import Derived
from invoices.rating.scenarios import Scenario, read, read_over
from invoices.rating.totals import AmountTooGreat
from tests.cases.catalogue import items_of, tariff_in
from tests.unit.rating.catalogues import documents
from tests.unit.rating.fleets import fleets

CASES = Path(__file__).resolve().parents[2] / "cases"
ALL = {path.stem: json.loads(path.read_text()) for path in sorted(CASES.glob("*.json"))}


def told(scenario: Scenario) -> tuple[Any, ...]:
    """All that rating says of a scenario."""
    try:
        found = scenario.rate()
    except AmountTooGreat as error:
        return (str(error),)
    return found.lines.rows(), found.sums, found.problems, found.uses


def check(scenario: Scenario) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine._Rating, "_applies", lambda *_: True)
        patch.setattr(Derived, "sees", lambda *_: True)
        by_every_item = told(scenario)
    assert told(scenario) == by_every_item


@settings(max_examples=40)
@given(fleets())
def test_of_the_whole_catalogue(document: dict[str, Any]) -> None:
    check(read(document, items=items_of(document["coverage"])))


@settings(max_examples=40)
@given(documents(with_coupons=True))
def test_of_items_of_every_rule(document: dict[str, Any]) -> None:
    check(read(document))


@pytest.mark.parametrize("name", ALL)
def test_of_each_case(name: str) -> None:
    check(read_over(ALL[name], catalogue=tariff_in))
