"""Invoices and their files, for the people of the billing account."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import DateField, Prefetch, QuerySet, Sum, Value
from django.http import QueryDict

from accounts.access import Access
from accounts.models import Account
from invoices.models import DocumentFile, Invoice, InvoiceBill
from invoices.selectors.settings import today
from usage.choices import Coverage


@dataclass(frozen=True, slots=True)
class Paper:
    """An invoice as a row of a list: what it covers and whether its PDF is there."""

    invoice: Invoice
    coverages: tuple[str, ...]
    file: DocumentFile | None


def visible(*, access: Access) -> QuerySet[Invoice]:
    """Every invoice this person may see."""
    return Invoice.objects.filter(account_id__in=access.money)


def rows(*, access: Access, account: Account, now: datetime, query: QueryDict) -> QuerySet[Invoice]:
    """The invoices of an account with their files, bills and payment, `today` being the day.

    Snapshots stay in the database.
    """
    del query
    day = Value(today(now=now), output_field=DateField())
    return _listed(access, account).select_related("file", "receivable").annotate(today=day)


def total(found: QuerySet[Invoice]) -> dict[str, list[tuple[str, int]]]:
    """Net, tax and total of these invoices in minor units, once per currency: sums over currencies
    mean nothing. One query.
    """
    names = ("net", "tax", "total")
    sums = (
        found.order_by("currency")
        .values("currency")
        .annotate(**{name: Sum(f"{name}_minor") for name in names})
    )
    every: list[dict[str, Any]] = [dict(row) for row in sums]
    return {name: [(row["currency"], row[name]) for row in every] for name in names}


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
        coverages=coverages(invoice),
        file=getattr(invoice, "file", None),
    )


def coverages(invoice: Invoice) -> tuple[str, ...]:
    """What an invoice covers, in the order in which coverages are named everywhere."""
    covered = {link.bill.coverage for link in invoice.invoice_bills.all()}
    return tuple(coverage for coverage in Coverage.values if coverage in covered)
