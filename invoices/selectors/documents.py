"""Invoices and their files, for the people of the billing account."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from accounts.access import Access
from accounts.models import Account
from invoices.models import DocumentFile, Invoice, InvoiceBill


@dataclass(frozen=True, slots=True)
class Paper:
    """An invoice as a row of a list: what it covers and whether its PDF is there."""

    invoice: Invoice
    coverages: tuple[str, ...]
    file: DocumentFile | None


def visible(*, access: Access) -> QuerySet[Invoice]:
    """Every invoice this person may see."""
    return Invoice.objects.filter(account_id__in=access.money)


def papers(*, access: Access, account: Account) -> list[Paper]:
    """The invoices of an account, latest first, in two queries. Snapshots stay in the database."""
    return [_paper(invoice) for invoice in _listed(access, account)]


def latest(*, access: Access, account: Account) -> list[Paper]:
    """The invoices of the account's last invoiced month, in two queries."""
    invoices = _listed(access, account)
    last = invoices.values_list("month", flat=True)[:1]
    return [_paper(invoice) for invoice in invoices.filter(month=last)]


def pdf(*, access: Access, label: str) -> DocumentFile:
    """The PDF of an invoice with its invoice and account; DocumentFile.DoesNotExist if none."""
    return (
        DocumentFile.objects.select_related("invoice__account")
        .defer("invoice__snapshot")
        .get(invoice__label=label, invoice__account_id__in=access.money)
    )


def _listed(access: Access, account: Account) -> QuerySet[Invoice]:
    links = InvoiceBill.objects.select_related("bill").only("invoice", "bill__coverage")
    return (
        visible(access=access)
        .filter(account=account)
        .select_related("file")
        .defer("snapshot")
        .prefetch_related(Prefetch("invoice_bills", links))
        .order_by("-month", "-number")
    )


def _paper(invoice: Invoice) -> Paper:
    return Paper(
        invoice=invoice,
        coverages=tuple(sorted({link.bill.coverage for link in invoice.invoice_bills.all()})),
        file=getattr(invoice, "file", None),
    )
