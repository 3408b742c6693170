"""Rules carry versions that are dated by month; a closed month keeps those it was rated by."""

from typing import Any

import pytest

from billing_portal.common.periods import Month
from invoices.rating import engine, registry
from invoices.rating.registry import UnknownRule, in_force, pinned, rule

FIRST, SECOND, THIRD = (lambda: 1), (lambda: 2), (lambda: 3)


@pytest.fixture(autouse=True)
def _versions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three versions of one rule, and a rule that begins later; nothing else."""
    empty: dict[str, Any] = {}
    monkeypatch.setattr(registry, "_VERSIONS", empty)
    rule("fee")(FIRST)
    rule("fee", version=2, since="2026-04")(SECOND)
    rule("fee", version=3, since="2026-10")(THIRD)
    rule("coupon", since="2027-01")(FIRST)


@pytest.mark.parametrize(
    ("month", "version"),
    [("1970-01", 1), ("2026-03", 1), ("2026-04", 2), ("2026-09", 2), ("2026-10", 3)],
)
def test_a_month_is_rated_by_the_newest_version_that_has_begun(month: str, version: int) -> None:
    rules = in_force(Month.parse(month))
    assert rules.versions() == {"fee": version}
    assert rules["fee"].function() == version
    assert rules["fee"].label == f"fee@{version}"


def test_a_rule_that_begins_later_is_unknown_before() -> None:
    with pytest.raises(UnknownRule, match="no rating rule 'coupon'"):
        in_force(Month(2026, 12))["coupon"]
    assert in_force(Month(2027, 1)).versions() == {"coupon": 1, "fee": 3}


def test_the_higher_version_wins_when_it_reaches_further_back() -> None:
    rule("fee", version=4, since="2026-01")(FIRST)
    assert in_force(Month(2026, 12)).versions() == {"fee": 4}


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_closed_month_keeps_its_versions(version: int) -> None:
    assert pinned({"fee": version})["fee"].function() == version


@pytest.mark.parametrize("versions", [{"fee": 9}, {"gone": 1}])
def test_versions_that_are_not_there_any_more_are_named(versions: dict[str, int]) -> None:
    with pytest.raises(UnknownRule, match="no version"):
        pinned(versions)


def test_all_rules_of_the_program_are_registered_with_the_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    names = set(in_force(Month(2026, 10)).versions())
    assert engine.RULE_MODULES
    assert {"amount", "device_days", "free_tier", "price_choice", "sum"} <= names
