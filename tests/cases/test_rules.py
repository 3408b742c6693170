"""Every rule of rating has a section in docs/rating.md and a case of its own name."""

from pathlib import Path

import pytest

from billing_portal.common.periods import Month
from invoices.rating import engine, registry

ROOT = Path(__file__).resolve().parents[2]
RULES = registry.in_force(Month(2026, 10)).versions()

ACROSS_MONTHS = {"delta": "tests/unit/rating/test_delta_rule.py"}
"""Rules that look at more than one month, which a case cannot tell."""


def test_the_engine_has_registered_its_rules() -> None:
    assert engine.RULE_MODULES
    assert {"device_days", "sum", "price_choice", "amount", "free_tier"} <= RULES.keys()


@pytest.mark.parametrize("name", RULES)
def test_the_rule_is_specified(name: str) -> None:
    assert f"### `{name}`\n" in (ROOT / "docs" / "rating.md").read_text()


@pytest.mark.parametrize("name", RULES)
def test_the_rule_has_a_case(name: str) -> None:
    case = ACROSS_MONTHS.get(name, f"tests/cases/{name}.json")
    assert (ROOT / case).is_file()
