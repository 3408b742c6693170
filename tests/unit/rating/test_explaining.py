"""Every line follows from its own explanation alone, to the last digit."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.rating import registry
from invoices.rating.bundle import Bundle, pack
from invoices.rating.explaining import Line, Needs, Rebuilt, explain, needs, opened
from invoices.rating.scenarios import ACCOUNT, read_over
from invoices.rating.tariff import Tariff
from invoices.rating.vocabulary import QuantityRule
from tests.cases.catalogue import default_catalogue, tariff_in
from tests.unit.rating.catalogues import documents
from tests.unit.rating.explained import COUNTED, FOLLOWING, evaluated
from tests.unit.rating.fleets import fleets

CASES = Path(__file__).resolve().parents[2] / "cases"
BILLED = {
    path.stem: case
    for path in sorted(CASES.glob("*.json"))
    for case in [json.loads(path.read_text())]
    if {"net", "items", "lines"} & case["expect"].keys()
}
COLUMNS = list(Line.__dataclass_fields__)


def rated(document: dict[str, Any]) -> tuple[list[Line], Bundle]:
    scenario = read_over(document, catalogue=tariff_in)
    rules = registry.in_force(scenario.tariff.month).versions()
    kept = Bundle(ACCOUNT, scenario.frames, scenario.tariff, scenario.days, rules)
    rows = scenario.rate().lines.select(COLUMNS).iter_rows(named=True)
    return [Line(**row) for row in rows], kept


def through_json(lines: list[Line], rebuilt: Rebuilt) -> list[dict[str, Any]]:
    explained: list[dict[str, Any]] = json.loads(json.dumps(explain(lines, rebuilt)))
    return explained


def check(document: dict[str, Any]) -> None:
    lines, kept = rated(document)
    for line, told in zip(lines, through_json(lines, Rebuilt(kept)), strict=True):
        assert told["in_depth"], told
        assert not told["changed"], told
        assert evaluated(told) == (line.unit_price, line.quantity, line.amount), told


@settings(max_examples=60)
@given(documents())
def test_lines_of_every_rule_follow_from_their_explanations(document: dict[str, Any]) -> None:
    check(document)


@settings(max_examples=20)
@given(fleets())
def test_lines_of_the_catalogue_follow_from_their_explanations(document: dict[str, Any]) -> None:
    check(document)


@pytest.mark.parametrize("name", BILLED)
def test_the_lines_of_each_case_follow_from_their_explanations(name: str) -> None:
    check(BILLED[name])


def test_every_item_of_the_catalogue_is_explained_in_some_case() -> None:
    explained = {line.code for case in BILLED.values() for line in rated(case)[0]}
    assert explained >= default_catalogue().items.keys()


@settings(max_examples=6)
@given(documents(), st.randoms())
def test_the_facts_that_are_needed_explain_the_same(document: dict[str, Any], dice: Any) -> None:
    lines, kept = rated(document)
    texts = kept.frames.texts_of(kept.account_id) if dice.random() < 0.5 else {}
    whole, packed = Rebuilt(kept), pack(replace(kept, texts=texts))
    # Of two lines that look alike either may be told first.
    unlike = [line for line in lines if [shown(other) for other in lines].count(shown(line)) == 1]
    for line in dice.sample(unlike, min(4, len(unlike))):
        alone = opened(packed, partial(wanted, line))
        assert explain([line], Rebuilt(alone)) == explain([line], whole)


def shown(line: Line) -> tuple[object, ...]:
    return line.device, line.date, line.name, line.unit_price, line.quantity


def wanted(line: Line, tariff: Tariff) -> Needs:
    return needs(tariff, code=line.code, device=line.device, price=line.price, written=line.date)


def test_no_rule_is_without_an_evaluator() -> None:
    assert {*COUNTED, *FOLLOWING} >= {str(rule) for rule in QuantityRule}
