"""Numbers without a gap, seals in a chain, one series for each kind of document.

The counters are locked last and for as short as possible: everything that takes time is done
before. The number of queries does not depend on the number of documents.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from billing_portal.common.loading import load, load_keyed
from invoices.choices import DocumentKind
from invoices.models import Invoice, InvoiceBill, Issuer, Rendering, Series
from invoices.services.documents.composition import Draft
from invoices.services.documents.snapshots import canonical, digest, seal

PREFIXES: Mapping[str, str] = {
    DocumentKind.INVOICE: "INV",
    DocumentKind.STATEMENT: "STM",
    DocumentKind.MODIFIED: "MOD",
    DocumentKind.RETURN: "RET",
}
"""The series of each kind, made for the issuer when it is missing."""


def number(
    *, drafts: Sequence[Draft], issuer: Issuer, issue_date: date, now: datetime
) -> list[Invoice]:
    """Write the drafts as issued documents, in their order, each with the wish for its PDF.

    No document is dated before the one that precedes it in its series.
    """
    series = _locked({PREFIXES[each.kind] for each in drafts}, issuer)
    issued = []
    for each in drafts:
        counter = series[PREFIXES[each.kind]]
        invoice = _numbered(each, counter, issue_date, now)
        counter.last_number, counter.last_issue_date = invoice.number, invoice.issue_date
        counter.last_seal = invoice.seal
        issued.append(invoice)
    load_keyed(issued, by="label")
    load(
        [
            InvoiceBill(invoice=invoice, bill=bill)
            for invoice, each in zip(issued, drafts, strict=True)
            for bill in each.bills
        ]
    )
    load([Rendering(invoice=invoice, due_at=now) for invoice in issued])
    Series.objects.bulk_update(series.values(), ["last_number", "last_issue_date", "last_seal"])
    return issued


def _locked(prefixes: Collection[str], issuer: Issuer) -> dict[str, Series]:
    """The counters, locked in the order of their prefixes."""
    rows = Series.objects.filter(prefix__in=prefixes).order_by("prefix")
    found = {series.prefix: series for series in rows.select_for_update()}
    if missing := sorted(set(prefixes) - found.keys()):
        made = [Series(issuer=issuer, prefix=prefix) for prefix in missing]
        Series.objects.bulk_create(made, ignore_conflicts=True)
        found = {series.prefix: series for series in rows.select_for_update()}
    return found


def _numbered(draft: Draft, series: Series, issue_date: date, now: datetime) -> Invoice:
    day = max(issue_date, series.last_issue_date or issue_date)
    following = series.last_number + 1
    label, due_date = f"{series.prefix}-{following:06}", draft.due_date(day)
    snapshot = canonical(
        {
            **draft.values,
            "kind": draft.kind.value,
            "label": label,
            "series": series.prefix,
            "number": following,
            "issue_date": day.isoformat(),
            "due_date": due_date.isoformat(),
        }
    )
    snapshot_hash = digest(snapshot)
    return Invoice(
        kind=draft.kind,
        corrects=draft.corrects,
        series=series,
        number=following,
        label=label,
        account_id=draft.account_id,
        coverage=draft.coverage,
        counterparty=draft.counterparty,
        month=draft.month,
        currency=draft.currency,
        issue_date=day,
        due_date=due_date,
        net_minor=draft.statement.net_minor,
        tax_minor=draft.statement.tax_minor,
        total_minor=draft.statement.gross_minor,
        due_minor=draft.due_minor,
        snapshot=snapshot,
        snapshot_hash=snapshot_hash,
        previous_seal=series.last_seal,
        seal=seal(previous=series.last_seal, label=label, snapshot_hash=snapshot_hash),
        issued_at=now,
    )
