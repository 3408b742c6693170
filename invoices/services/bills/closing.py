"""Closing proposed bills: seal, freeze, number, all in one short transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Case, F, When

from billing_portal.common import files
from billing_portal.common.checkpoints import reached
from billing_portal.common.loading import change
from billing_portal.common.periods import Month
from invoices.choices import BillState
from invoices.models import Bill, BillCorrection
from invoices.rating import canonical
from invoices.rating.bundle import table_digest
from invoices.rating.frames import Frames, collect
from invoices.rating.problems import Problem
from invoices.rating.seals import seal
from invoices.selectors.approvals import digest
from invoices.selectors.corrections import brought_into, carried_into, corrected_versions
from invoices.selectors.credits import coupon_holders
from invoices.selectors.seals import last_seals, sealed_contents
from invoices.services import documents
from invoices.services.bills.shards import coupons_of, ended_month
from invoices.services.credits import uses
from usage.choices import MonthState
from usage.models import AccountMonth
from usage.selectors.months import disturbed_months, months_open_before
from usage.services.months import UPDATE_BATCH, MonthKey, lock

ACTOR = ""
"""Nobody in person: the ledger of a coupon names the bill."""


@dataclass(slots=True)
class Closing:
    """Accounts by what became of them; overtaken ones must be proposed anew, and those of which no
    document could be made are left open with the reasons.
    """

    closed: list[Bill] = field(default_factory=list)
    overtaken: list[int] = field(default_factory=list)
    problems: dict[int, list[Problem]] = field(default_factory=dict)


def close(
    *,
    month: Month,
    coverage: str,
    account_ids: Sequence[int],
    issue_date: date,
    now: datetime,
    approved: Mapping[int, str] | None = None,
) -> Closing:
    """Close the proposed bills of a month whose facts are still those that were rated.

    `approved` has the digests of bills as somebody approved them, by account: no other one is
    closed. Accounts that are not in it need no approval.

    Lock order: accounts that merge their coverages, months, coupons, credit points, and at the very
    end the number series.
    """
    closing = Closing()
    with transaction.atomic():
        documents.hold(account_ids=account_ids)
        corrected = _corrected_months(month, coverage, account_ids)
        months = lock(
            keys=[
                *(MonthKey(account_id, coverage, month) for account_id in account_ids),
                *corrected,
            ]
        )
        rows = {key.account_id: row for key, row in months.items() if key.month == month}
        ready = _approved(_current(rows, month, coverage), approved or {})
        ready = _with_this_past(_with_these_coupons(ready, month, coverage), month, coverage)
        found = {bill.account_id for bill in ready}
        closing.overtaken = [
            account_id
            for account_id, row in rows.items()
            if account_id not in found and row.state == MonthState.OPEN
        ]
        prepared = documents.prepare(bills=ready, issue_date=issue_date)
        closing.problems = dict(prepared.problems)
        ready = [bill for bill in ready if bill.account_id not in closing.problems]
        uses.settle(bills=ready, actor=ACTOR, now=now)
        closing.closed = _seal(ready, prepared.totals, now)
        _close_months([rows[bill.account_id] for bill in ready])
        _note_corrected(ready, months)
        documents.issue(prepared=prepared, now=now)
        reached("close.before_commit")
    reached("close.committed")
    return closing


def _proposed(month: Month, coverage: str, account_ids: Sequence[int]) -> list[Bill]:
    return list(
        Bill.objects.filter(
            month=month, coverage=coverage, account__in=account_ids, state=BillState.PROPOSED
        )
        .select_related("account")
        .order_by("account__key")
    )


def _current(rows: Mapping[int, AccountMonth], month: Month, coverage: str) -> list[Bill]:
    """The proposed bills whose facts are still those that were rated, and whose turn it is."""
    waiting = months_open_before(month=month, coverage=coverage, account_ids=list(rows))
    return [
        bill
        for bill in _proposed(month, coverage, list(rows))
        if _is_current(bill, rows[bill.account_id]) and bill.account_id not in waiting
    ]


def _is_current(bill: Bill, row: AccountMonth) -> bool:
    return row.state == MonthState.OPEN and row.version == bill.version


def _approved(bills: list[Bill], approved: Mapping[int, str]) -> list[Bill]:
    return [bill for bill in bills if digest(bill) == approved.get(bill.account_id, digest(bill))]


def _with_these_coupons(bills: list[Bill], month: Month, coverage: str) -> list[Bill]:
    """Leave out bills that were proposed when their coupons held something else.

    Nothing of the month need have changed: a month before it may have been closed meanwhile.
    """
    holders = coupon_holders(
        month=month, coverage=coverage, account_ids=[bill.account_id for bill in bills]
    )
    shard = ended_month(month=month, coverage=coverage, account_ids=sorted(holders))
    now = collect(coupons=coupons_of(shard)) if holders else collect()
    return [
        bill
        for bill in bills
        if bill.account_id not in holders or _kept_coupons(bill) == _digest(now, bill.account_id)
    ]


def _kept_coupons(bill: Bill) -> str | None:
    with files.open_file(bill.bundle_file) as file:
        return table_digest(file, "coupons")


def _digest(frames: Frames, account_id: int) -> str | None:
    table = frames.of(account_id).coupons
    return canonical.digest(table) if table.height else None


def _seal(bills: list[Bill], totals: documents.Totals, now: datetime) -> list[Bill]:
    if not bills:
        return []
    contents = sealed_contents(bills=bills, items=totals)
    previous = last_seals(
        account_ids=[bill.account_id for bill in bills],
        coverage=bills[0].coverage,
        before=bills[0].month,
    )
    for bill in bills:
        bill.previous_seal = previous.get(bill.account_id, "")
        bill.seal = seal(contents[bill.pk], previous=bill.previous_seal)
        bill.state, bill.closed_at = BillState.CLOSED, now
    change(bills, ["state", "closed_at", "previous_seal", "seal"])
    return bills


def _close_months(rows: list[AccountMonth]) -> None:
    """A bill knows its month as it is, but for facts that it had to leave out (late_facts)."""
    closed = AccountMonth.objects.filter(pk__in=[row.pk for row in rows])
    complete = Case(When(late_facts=0, then=F("version")), default=None)
    closed.update(state=MonthState.CLOSED, billed_version=complete)


def _corrected_months(month: Month, coverage: str, account_ids: Sequence[int]) -> list[MonthKey]:
    """The closed months that the proposed bills correct; read before anything is locked."""
    rows = BillCorrection.objects.filter(
        bill__account__in=account_ids, bill__coverage=coverage, bill__month=month
    )
    return [
        MonthKey(account_id, coverage, corrected)
        for account_id, corrected in rows.values_list("bill__account", "month")
    ]


def _with_this_past(bills: list[Bill], month: Month, coverage: str) -> list[Bill]:
    """Leave out bills whose closed months, or the credit carried into them, are others by now."""
    ids = [bill.account_id for bill in bills]
    disturbed = disturbed_months(before=month, coverage=coverage, account_ids=ids)
    brought = carried_into(month=month, coverage=coverage, account_ids=ids)
    read = corrected_versions(bills=bills)
    begun = brought_into(bills=bills)
    return [
        bill
        for bill in bills
        if read[bill.pk] == disturbed.get(bill.account_id, {})
        and begun.get(bill.pk, {}) == brought.get(bill.account_id, {})
    ]


def _note_corrected(bills: list[Bill], months: Mapping[MonthKey, AccountMonth]) -> None:
    """From now on, closed bills know the corrected months as they were when they were read."""
    versions = corrected_versions(bills=bills)
    corrected = []
    for bill in bills:
        for month, version in versions[bill.pk].items():
            row = months[MonthKey(bill.account_id, bill.coverage, month)]
            row.billed_version = version
            corrected.append(row)
    AccountMonth.objects.bulk_update(corrected, ["billed_version"], batch_size=UPDATE_BATCH)
