"""docs/catalog.md names every file, column, rule and key, and its examples are right."""

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from invoices.choices import PriceKind, QuantityRule
from invoices.services.catalog.cells import Cells
from invoices.services.catalog.files import RawRow
from invoices.services.catalog.inputs import RULES, inputs_of
from invoices.services.catalog.parsing import COLUMNS, NOTE
from invoices.services.catalog.problems import Origin, Problems
from tests.cases.catalogue import default_catalogue

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "catalog.md").read_text(encoding="utf-8")
_CODE = re.compile(r"`([^`]+)`")


@cache
def rules() -> dict[str, tuple[set[str], str]]:
    """Of each rule, the words in its row of the table, and its example as TOML."""
    found = {}
    for row in GUIDE.partition("| `rule` | its keys")[2].partition("\n\n")[0].splitlines():
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        for rule in _CODE.findall(cells[0]):
            found[rule] = (set(_CODE.findall(cells[1])), "\n".join(_CODE.findall(cells[-1])))
    return found


def test_every_rule_has_a_row() -> None:
    assert rules().keys() == set(QuantityRule.values) == RULES.keys()


@pytest.mark.parametrize("rule", QuantityRule.values)
def test_the_keys_of_the_rule_are_named(rule: str) -> None:
    named, _example = rules()[rule]
    assert set(RULES[rule].all) - {"plans", "except_plans"} <= named


@pytest.mark.parametrize("rule", QuantityRule.values)
def test_the_example_of_the_rule_is_right(rule: str) -> None:
    keys, problems = tomllib.loads(rules()[rule][1]), Problems()
    inputs_of(Cells(RawRow(Origin("guide"), keys), problems), rule)
    assert not problems
    assert keys.keys() <= set(RULES[rule].all)


@pytest.mark.parametrize("kind", COLUMNS)
def test_every_column_is_described(kind: str) -> None:
    section = GUIDE.partition(f"\n## {kind}.")[2].partition("\n## ")[0]
    described = set(_CODE.findall("".join(re.findall(r"^\|([^|]+)\|", section, re.MULTILINE))))
    assert set(COLUMNS[kind].all) - {NOTE} <= described


def test_every_kind_of_price_is_shown() -> None:
    assert all(f"| `{kind}`" in GUIDE for kind in PriceKind.values)


def test_the_codes_of_the_examples_are_in_the_default_catalogue() -> None:
    catalogue = default_catalogue()
    for _keys, example in rules().values():
        inputs = tomllib.loads(example)
        for key, kind in (("meters", "meters"), ("plans", "plans"), ("items", "items")):
            assert set(inputs.get(key, ())) <= catalogue.of(kind).keys(), example
