"""Faults in delta lines, in what they were made from and in carried credit: each is found."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import Account
from billing_portal.common import files
from invoices.models import Bill, BillCorrection, BillItemTotal
from invoices.services.verification import Proof, closed_bills, faults_of
from tests import once
from tests.factories import MONTH, NOW
from tests.invoices.bills import late, shop
from tests.invoices.bills.late import DECEMBER, NOVEMBER
from tests.invoices.verification import planting
from usage.models import Device, UsageRecord
from usage.services.devices import set_status

JANUARY = DECEMBER.next


def bill(month: object) -> Bill:
    return Bill.objects.get(month=month)


def correction() -> BillCorrection:
    return BillCorrection.objects.get(bill__month=NOVEMBER)


def delta_line() -> None:
    planting.rewrite(bill(NOVEMBER).detail_file, planting.one_more)


def delta_in_the_bundle() -> None:
    change = planting.other_text("deltas", "\x1f3\x1f", "\x1f4\x1f")
    planting.rebundle(bill(NOVEMBER), change)


def bundle_of_the_correction() -> None:
    change = planting.other_text("usage", "\x1f8\x1e", "\x1f9\x1e")
    planting.rewrite(correction().bundle_file, change)


def bundle_of_the_correction_is_gone() -> None:
    with files.local_path(correction().bundle_file) as path:
        path.unlink()


def bundle_of_another_correction() -> None:
    other = files.read(bill(MONTH).bundle_file)
    planting.rewrite(correction().bundle_file, lambda _content: other)


def row_of_the_correction() -> None:
    planting.alter(correction(), bundle_hash="f" * 64)


def late_record() -> None:
    with planting.thawed():
        UsageRecord.objects.get(late=True).delete()


def credit_forward() -> None:
    row = BillItemTotal.objects.filter(bill=bill(DECEMBER), code="creditCarriedForward")[0]
    planting.alter(row, amount=row.amount + 1)


SEAL, INPUTS, AGAIN = Proof.SEAL, Proof.INPUTS, Proof.RECOMPUTATION
FAULTS: dict[str, tuple[Callable[[], None], set[tuple[Proof, str, str]]]] = {
    "delta line": (delta_line, {(SEAL, "2026-11", "the detail file")}),
    "delta in the bundle": (
        delta_in_the_bundle,
        {(INPUTS, "2026-11", "bundles")},
    ),
    "bundle of the correction": (
        bundle_of_the_correction,
        {(INPUTS, "2026-11", "2026-10: bundles"), (INPUTS, "2026-11", "deltas: the database")},
    ),
    "bundle of the correction is gone": (
        bundle_of_the_correction_is_gone,
        {(INPUTS, "2026-11", "2026-10: bundles"), (INPUTS, "2026-11", "deltas: the database")},
    ),
    "bundle of another correction": (
        bundle_of_another_correction,
        {
            (INPUTS, "2026-11", "2026-10: the bundle"),
            (INPUTS, "2026-11", "deltas: the database"),
        },
    ),
    "row of the correction": (
        row_of_the_correction,
        {
            (INPUTS, "2026-11", "the corrected months"),
            (INPUTS, "2026-11", "2026-10: the bundle"),
        },
    ),
    "late record": (
        late_record,
        {(INPUTS, "2026-12", "2026-10: usage: the database")},
    ),
    "credit that is carried": (
        credit_forward,
        {
            (SEAL, "2026-12", "the bill or one"),
            (AGAIN, "2026-12", "rating the inputs again gives other sums"),
            (INPUTS, "2027-01", "deltas: the database"),
        },
    ),
}


def _corrected() -> None:
    """October is corrected in November, and again in December, which owes more than it charges."""
    shop.open_shop()
    account = shop.customer("ACME", used=5)
    shop.end_month()
    late.use(account, 3)
    late.close(NOVEMBER)
    second = MONTH.start + timedelta(days=1)
    set_status(device=Device.objects.get(), status="ready", since=second, now=NOW)
    late.close(DECEMBER)
    late.close(JANUARY)


_kept, _open_shop = once.made_with_files(_corrected)


def found() -> set[tuple[Proof, str, str]]:
    return {
        (fault.proof, fault.where.split()[-1], fault.what)
        for bill in closed_bills()
        for fault in faults_of(bill)
    }


@pytest.mark.parametrize("name", once.first_on_both(FAULTS))
def test_a_planted_fault_is_found(name: str) -> None:
    plant, expected = FAULTS[name]
    plant()
    faults = found()
    for proof, where, words in expected:
        assert any(
            (kind, place) == (proof, where) and what.startswith(words)
            for kind, place, what in faults
        ), faults


def test_nothing_is_found_where_nothing_was_planted() -> None:
    account = Account.objects.get(key="ACME")
    assert late.credit(account, JANUARY) == (-600, 600)
    assert found() == set()
