"""Proving closed months: seal, inputs and recomputation, told apart (design.md §4.9)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from pathlib import PurePath

from billing_portal.common import files
from billing_portal.common.money import plain
from billing_portal.common.periods import Month
from invoices.choices import BillState
from invoices.models import Bill, Invoice
from invoices.rating import canonical, comparing
from invoices.rating.bundle import Bundle, unpack
from invoices.rating.container import BrokenBundle
from invoices.rating.frames import Table
from invoices.rating.registry import UnknownRule
from invoices.rating.seals import SealedBill, seal, sealed_days, sealed_items
from invoices.selectors import breakdown
from invoices.selectors.bills import item_totals
from invoices.selectors.credits import uses_of
from invoices.selectors.seals import last_seals, sealed_contents
from invoices.selectors.tariff import recorded_items, tariff_of, unrecorded_changes
from invoices.services.bills.proof import proved
from invoices.services.bills.shards import (
    RatedAccount,
    ended_month,
    load_frames,
    rate_bundle,
)
from invoices.services.documents import verify_documents


class Proof(StrEnum):
    """What is proved: that nothing was touched, what it was made from, that it follows from it."""

    SEAL = "seal"
    INPUTS = "inputs"
    RECOMPUTATION = "recomputation"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was: which proof failed, where, and what was found."""

    proof: Proof
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.proof.value}: {self.where}: {self.what}"


def closed_bills(*, month: Month | None = None) -> list[Bill]:
    """All closed bills, or those of one month, in the order of their chains."""
    bills = Bill.objects.filter(state=BillState.CLOSED).select_related("account")
    if month is not None:
        bills = bills.filter(month=month)
    return list(bills.order_by("account__key", "coverage", "month"))


def faults_of(bill: Bill) -> Iterator[Fault]:
    """Every fault of one closed bill and its files; none is the proof.

    They come as they are found: a damaged file may end the program that reads it, and by then its
    name has been told.
    """
    where = f"{bill.account.key} {bill.coverage} {bill.month}"
    yield from (Fault(Proof.SEAL, where, what) for what in _seal_faults(bill))
    try:
        kept = unpack(files.read(bill.bundle_file))
    except (BrokenBundle, OSError) as error:
        yield Fault(Proof.INPUTS, where, f"{bill.bundle_file}: {error}")
        return
    yield from (Fault(Proof.INPUTS, where, what) for what in _input_faults(bill, kept))
    yield from (Fault(Proof.RECOMPUTATION, where, what) for what in _recomputed(bill, kept))


def catalogue_faults() -> list[Fault]:
    """Items of the catalogue that were changed past their history."""
    what = "the item was changed without a record of who did it"
    return [Fault(Proof.INPUTS, f"catalogue {code}", what) for code in unrecorded_changes()]


def document_faults(*, month: Month | None = None) -> list[Fault]:
    """Every fault of the issued documents of a month, or of all, and of their number series."""
    invoices = Invoice.objects.all() if month is None else Invoice.objects.filter(month=month)
    findings = verify_documents(invoices=invoices)
    return [Fault(Proof.SEAL, finding.where, finding.what) for finding in findings]


def _seal_faults(bill: Bill) -> Iterator[str]:
    previous = last_seals(
        account_ids=[bill.account_id], coverage=bill.coverage, before=bill.month
    ).get(bill.account_id, "")
    if previous != bill.previous_seal:
        yield "the seal of the bill before it is not the one it was chained to"
    if seal(_sealed(bill), previous=bill.previous_seal) != bill.seal:
        yield "the bill or one of its sums was altered: its seal is another"
    yield from _detail_faults(bill)


def _sealed(bill: Bill) -> SealedBill:
    return sealed_contents(bills=[bill], items=item_totals([bill]))[bill.pk]


def _detail_faults(bill: Bill) -> Iterator[str]:
    try:
        if sha256(files.read(bill.detail_file)).hexdigest() != PurePath(bill.detail_file).stem:
            yield f"the detail file {bill.detail_file} does not hold the bytes that were written"
        detail = breakdown.read(bill)
    except (OSError, ValueError) as error:
        yield f"the detail file {bill.detail_file} cannot be read: {error}"
        return
    if canonical.digest(detail) != bill.detail_hash:
        yield f"the detail file {bill.detail_file} was altered: {_altered_line(bill, detail)}"


def _input_faults(bill: Bill, kept: Bundle) -> Iterator[str]:
    if kept.digest != bill.bundle_hash:
        yield f"the bundle {bill.bundle_file} is not the one the bill was made from"
    shard = ended_month(month=bill.month, coverage=bill.coverage, account_ids=[bill.account_id])
    now = tariff_of(coverage=bill.coverage, month=bill.month)
    yield from comparing.tariff_differences(kept.tariff, now, recorded=recorded_items())
    found = load_frames(shard, kept.tariff).of(bill.account_id)
    again = proved(bill, kept)
    yield from again.faults
    yield from comparing.frame_differences(kept.frames, replace(found, deltas=again.deltas))


def _recomputed(bill: Bill, kept: Bundle) -> Iterator[str]:
    try:
        again = rate_bundle(kept)
    except UnknownRule as error:
        yield str(error)
        return
    if again.detail.digest != bill.detail_hash:
        yield f"rating the inputs again gives another detail: {_difference(again, bill)}"
        return
    content = _sealed(bill)
    sums = (plain(again.sums.net), sealed_items(again.sums.items), sealed_days(again.sums.days))
    if sums != (content.net, content.items, content.days):
        yield "rating the inputs again gives other sums than the bill and its parts say"
    if dict(again.uses) != uses_of(bill=bill):
        yield "rating the inputs again takes other amounts from coupons than their ledgers say"


def _difference(again: RatedAccount, bill: Bill) -> str:
    try:
        difference = comparing.first_difference(again.detail.table, breakdown.read(bill))
    except (OSError, ValueError) as error:
        difference = f"cannot be read: {error}"
    return f"the file {difference or 'agrees, so the hash of the bill was altered'}"


def _altered_line(bill: Bill, detail: Table) -> str:
    """The line that differs from what the kept inputs give, if they still can be read."""
    try:
        again = rate_bundle(unpack(files.read(bill.bundle_file)))
    except (BrokenBundle, UnknownRule, OSError):
        return "its inputs cannot be read to say where"
    return f"it {comparing.first_difference(again.detail.table, detail) or 'has another order'}"
