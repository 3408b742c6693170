"""docs/rating.md describes every field that the reader of scenarios takes, and no other."""

import re
from pathlib import Path
from typing import Any

import pytest

from billing_portal.common.money import plain
from invoices.exports.quotes import FORMATS
from invoices.rating.inputs import INPUTS
from invoices.rating.scenarios import document
from invoices.rating.scenarios.fields import FIELDS
from invoices.rating.scenarios.items import READERS
from invoices.services.catalog.inputs import OTHERWISE_NAMED, RULES
from invoices.services.quoting import CannotBeQuoted, Quote, quote
from tests.cases.catalogue import FOLDER
from tests.cases.test_cases import CASES, named

ROOT = Path(__file__).resolve().parents[3]
GUIDE = (ROOT / "docs" / "rating.md").read_text(encoding="utf-8")
FORMAT = GUIDE.partition("## Scenario files\n")[2]
EITHER = {"rounded_up": ("unit", "units"), "free_tier": ("allowance", "allowances")}
"""Inputs of which a rule has at least one."""
NOT_BILLED = {*named("problems"), *named("refused")}
BILLED = [path for name, path in CASES.items() if name not in NOT_BILLED]
EXAMPLES = sorted((ROOT / "docs" / "scenarios").glob("*.json"))


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading."""
    text = FORMAT.partition(heading)[2]
    table = re.search(r"\n\|[^\n]*\n\|[-|]+\n((?:\|[^\n]*\n)+)", text)
    assert table, heading
    return [re.split(r" ?\| ?", line)[1:-1] for line in table[1].splitlines()]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def quoted(path: Path) -> Quote:
    return quote(document=document(path.read_bytes()), catalog=FOLDER)


@pytest.mark.parametrize("record", FIELDS)
def test_the_fields_of_a_record_are_those_that_are_documented(record: str) -> None:
    cells = [row[0] for row in rows(f"\n#### `{record}`")]
    needed = [name for cell in cells if "**" in cell for name in names(cell)]
    assert sorted(name for cell in cells for name in names(cell)) == sorted(FIELDS[record].all)
    assert sorted(needed) == sorted(FIELDS[record].needed)


def test_every_record_that_is_documented_is_read() -> None:
    assert sorted(re.findall(r"^#### `([^`]+)`", FORMAT, re.MULTILINE)) == sorted(FIELDS)


def test_the_inputs_of_each_rule_are_those_that_are_documented() -> None:
    table = {names(row[0])[0]: row[1:] for row in rows("\n`inputs` by rule")}
    assert sorted(table) == sorted(INPUTS)
    for rule, (needs, may_have) in table.items():
        alternatives = INPUTS[rule].one_of or EITHER.get(rule, ())
        assert sorted(names(needs)) == sorted({*INPUTS[rule].needed, *alternatives}), rule
        assert sorted({*names(needs), *names(may_have)}) == sorted(INPUTS[rule].all), rule


def test_every_input_has_a_documented_form() -> None:
    table = rows("\n| `coupon` | | `items` |\n")
    assert sorted(name for row in table for name in names(row[0])) == sorted(READERS)


def test_a_rule_takes_the_same_inputs_as_in_a_catalogue_file() -> None:
    for rule, keys in RULES.items():
        columns = {OTHERWISE_NAMED.get(name, name) for name in INPUTS[rule].all}
        assert columns == set(keys.all), rule


def test_the_example_of_the_guide_costs_what_the_guide_says() -> None:
    text = FORMAT.partition("### An example")[2]
    example = re.search(r"```json\n(.*?)```", text, re.DOTALL)
    table = re.search(r"```text\n(.*?)```", text, re.DOTALL)
    assert example
    assert table
    found = quote(document=document(example[1].encode()), catalog=FOLDER)
    assert b"".join(FORMATS["table"](found)).decode() == table[1]


def test_every_example_file_is_named_in_the_guide() -> None:
    assert re.findall(r"`(\w+\.json)`", FORMAT.partition("More in")[2]) == [
        path.name for path in sorted(EXAMPLES, reverse=True)
    ]


@pytest.mark.parametrize("path", [*EXAMPLES, *BILLED], ids=lambda path: path.stem)
def test_what_examples_and_cases_expect_is_quoted(path: Path) -> None:
    expected: dict[str, Any] = document(path.read_bytes())["expect"]
    found = quoted(path)
    items = {item.name: [plain(item.quantity), plain(item.amount)] for item in found.sums.items}
    assert plain(found.sums.net) == expected.get("net", plain(found.sums.net))
    assert items == expected.get("items", items)
    assert lines(found) == sorted(expected.get("lines", lines(found)))


def lines(found: Quote) -> list[list[str]]:
    columns = ["device", "date", "name", "unit_price", "quantity", "amount"]
    rows = found.charges.lines.select(columns).rows()
    return sorted([*row[:3], *(plain(figure) for figure in row[3:])] for row in rows)


@pytest.mark.parametrize("name", sorted(NOT_BILLED))
def test_what_parks_an_account_is_not_quoted(name: str) -> None:
    with pytest.raises(CannotBeQuoted):
        quoted(CASES[name])
