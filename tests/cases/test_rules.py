"""Every rule of rating has a section in docs/rating.md and a case of its own name; every decided
reading of rating is told there by its number and shown by a case.
"""

import re
from pathlib import Path

import pytest

from billing_portal.common.periods import Month
from invoices.rating import engine, registry
from tests.cases.test_cases import CASES, load

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "rating.md").read_text(encoding="utf-8")
READINGS = [f"Q{number}" for number in (*range(1, 34), 37, 47, 48)]
NOT_CASES = {
    "Q29": "tests/invoices/credits/test_opening_balances.py",
    "Q32": "tests/invoices/bills/test_delta_lines.py",
    "Q33": "tests/invoices/verification/test_changed_rules.py",
}
"""Readings about several months, or about what is kept; one scenario is one month."""
RULES = registry.in_force(Month(2026, 10)).versions()

ACROSS_MONTHS = {"delta": "tests/unit/rating/test_delta_rule.py"}
"""Rules that look at more than one month, which a case cannot tell."""


def test_the_engine_has_registered_its_rules() -> None:
    assert engine.RULE_MODULES
    assert {"device_days", "sum", "price_choice", "amount", "free_tier"} <= RULES.keys()


@pytest.mark.parametrize("name", RULES)
def test_the_rule_is_specified(name: str) -> None:
    assert f"### `{name}`\n" in GUIDE


@pytest.mark.parametrize("name", RULES)
def test_the_rule_has_a_case(name: str) -> None:
    case = ACROSS_MONTHS.get(name, f"tests/cases/{name}.json")
    assert (ROOT / case).is_file()


@pytest.mark.parametrize("number", READINGS)
def test_the_reading_is_told_by_its_number(number: str) -> None:
    assert re.search(rf"\b{number}\b", GUIDE)


@pytest.mark.parametrize("number", READINGS)
def test_the_reading_is_shown(number: str) -> None:
    if number in NOT_CASES:
        assert (ROOT / NOT_CASES[number]).exists()
    else:
        assert any(number in load(name)["shows"] for name in CASES)
