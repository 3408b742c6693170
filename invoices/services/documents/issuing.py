"""Issuing: snapshots of closed bills, numbered without a gap and sealed in a chain.

The counter is locked last and for as short as possible: everything that takes time is done before.
The number of queries does not depend on the number of bills.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from invoices.choices import BillState
from invoices.models import (
    Bill,
    BillItem,
    BillItemTotal,
    Invoice,
    InvoiceBill,
    Issuer,
    Rendering,
    Series,
)
from invoices.selectors import settings
from invoices.selectors.bills import CREDIT_TITLES
from invoices.services.documents.composition import Draft, Sources, Title, draft
from invoices.services.documents.snapshots import canonical, digest, seal

PREFIX = "INV"
"""The series of invoices, made for the issuer when it is missing."""


class NotClosed(RuntimeError):
    """A document is made of closed bills only."""


def issue(*, bills: Sequence[Bill], issue_date: date, now: datetime) -> list[Invoice]:
    """Issue one invoice for each bill that has lines, in the order of the bills.

    To be called inside a transaction, as its last step. `issue_date` is a day in the issuer's zone;
    a document is never dated before the one that precedes it. Raises NotClosed, NoIssuer,
    MissingTaxRate, BillDiffers or NegativeTotal, all before the counter is touched.
    """
    billable = [bill for bill in bills if bill.line_count > 0]
    _refuse_open(billable)
    if not billable:
        return []
    sources = sources_of(billable)
    drafts = [draft(bills=[bill], sources=sources) for bill in billable]
    series = _locked_series(sources.issuer)
    issued = list(_numbered(drafts, series, issue_date, now))
    _write(issued, drafts, now)
    series.save()
    return issued


def _refuse_open(bills: Iterable[Bill]) -> None:
    for bill in bills:
        if bill.state != BillState.CLOSED:
            raise NotClosed(f"The bill {bill} is {bill.state}.")


def sources_of(bills: Sequence[Bill]) -> Sources:
    totals: dict[int, list[BillItemTotal]] = defaultdict(list)
    rows = BillItemTotal.objects.filter(bill__in=bills)
    for row in rows.order_by("bill", "name", "tax_category", "tax_date", "pk"):
        totals[row.bill_id].append(row)
    items = BillItem.objects.values_list("code", "title_ja", "title_en")
    return Sources(
        issuer=settings.issuer(),
        recipients=settings.recipients(pairs={(bill.account_id, bill.coverage) for bill in bills}),
        totals=totals,
        titles={code: Title(ja, en) for code, ja, en in items}
        | {code: Title(ja, en) for code, (en, ja) in CREDIT_TITLES.items()},
        taxes=settings.tax_table(),
    )


def _locked_series(issuer: Issuer) -> Series:
    Series.objects.get_or_create(prefix=PREFIX, defaults={"issuer": issuer})
    return Series.objects.select_for_update().get(prefix=PREFIX)


def _numbered(
    drafts: Sequence[Draft], series: Series, issue_date: date, now: datetime
) -> Iterator[Invoice]:
    """Number the drafts, and move the counter (in memory) along."""
    day = max(issue_date, series.last_issue_date or issue_date)
    for each in drafts:
        number = series.last_number + 1
        invoice = _invoice(each, series, number, day, now)
        series.last_number, series.last_issue_date = number, day
        series.last_seal = invoice.seal
        yield invoice


def _invoice(draft: Draft, series: Series, number: int, day: date, now: datetime) -> Invoice:
    label = f"{series.prefix}-{number:06}"
    snapshot = canonical(
        {
            **draft.values,
            "label": label,
            "series": series.prefix,
            "number": number,
            "issue_date": day.isoformat(),
            "due_date": draft.due_date.isoformat(),
        }
    )
    snapshot_hash = digest(snapshot)
    return Invoice(
        series=series,
        number=number,
        label=label,
        account_id=draft.account_id,
        month=draft.month,
        currency=draft.currency,
        issue_date=day,
        due_date=draft.due_date,
        net_minor=draft.statement.net_minor,
        tax_minor=draft.statement.tax_minor,
        total_minor=draft.statement.gross_minor,
        snapshot=snapshot,
        snapshot_hash=snapshot_hash,
        previous_seal=series.last_seal,
        seal=seal(previous=series.last_seal, label=label, snapshot_hash=snapshot_hash),
        issued_at=now,
    )


def _write(issued: list[Invoice], drafts: Sequence[Draft], now: datetime) -> None:
    Invoice.objects.bulk_create(issued)
    InvoiceBill.objects.bulk_create(
        InvoiceBill(invoice=invoice, bill=bill)
        for invoice, each in zip(issued, drafts, strict=True)
        for bill in each.bills
    )
    Rendering.objects.bulk_create(Rendering(invoice=invoice, due_at=now) for invoice in issued)
