"""A rule that is mended from a month on leaves the months closed before it provable."""

import polars as pl
import pytest

from invoices.rating import registry
from invoices.rating.registry import rule
from invoices.services.verification import Proof, closed_bills, faults_of
from tests.factories import MONTH, NOW
from tests.invoices.bills import shop
from tests.invoices.verification import planting


def doubled(unit_price: pl.Expr, quantity: pl.Expr) -> pl.Expr:
    """Everything costs twice as much."""
    return unit_price * quantity * 2


@pytest.fixture(autouse=True)
def _registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions that a test registers are forgotten after it."""
    known = {name: dict(versions) for name, versions in registry._VERSIONS.items()}
    monkeypatch.setattr(registry, "_VERSIONS", known)


@pytest.mark.parametrize("since", ["2026-11", "2026-01"])
def test_a_closed_month_is_proved_by_the_versions_it_was_rated_by(since: str) -> None:
    account = shop.customer("ACME", used=5)
    shop.end_month()
    rule("amount", version=2, since=since)(doubled)
    shop.end_month(planting.NOVEMBER, now=planting.IN_DECEMBER)
    assert [list(faults_of(bill)) for bill in closed_bills()] == [[], []]
    assert shop.bill_of(account).net == 315
    assert shop.bill_of(account, planting.NOVEMBER).net == 600


def test_arithmetic_that_changed_in_place_is_found_by_recomputation() -> None:
    shop.customer("ACME", used=5)
    shop.end_month()
    rule("amount", version=1)(doubled)
    [bill] = closed_bills()
    [fault] = list(faults_of(bill))
    assert fault.proof == Proof.RECOMPUTATION
    assert "rating the inputs again gives another detail" in fault.what


def test_a_version_that_this_program_lacks_is_named() -> None:
    shop.customer("ACME", used=5)
    rule("amount", version=7, since="2026-10")(doubled)
    shop.end_month(MONTH, now=NOW)
    del registry._VERSIONS["amount"][7]
    [bill] = closed_bills()
    [fault] = list(faults_of(bill))
    assert fault.proof == Proof.RECOMPUTATION
    assert "'amount': 7" in fault.what
