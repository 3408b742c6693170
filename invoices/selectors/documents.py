"""Invoices and their files, for the people of the billing account."""

from datetime import datetime
from typing import Any

from django.db.models import DateField, Exists, OuterRef, Prefetch, Q, QuerySet, Sum, Value
from django.http import QueryDict

from accounts.access import Access
from accounts.models import Account
from invoices.choices import DocumentKind
from invoices.models import DocumentFile, Invoice, InvoiceBill
from invoices.selectors.settings import today


def visible(*, access: Access) -> QuerySet[Invoice]:
    """Every invoice this person may see."""
    return Invoice.objects.filter(account_id__in=access.money)


def rows(*, access: Access, account: Account, now: datetime, query: QueryDict) -> QuerySet[Invoice]:
    """The invoices of an account with files, annexes and payment, `today` being the day.

    Snapshots stay in the database.
    """
    del query
    day = Value(today(now=now), output_field=DateField())
    kept = InvoiceBill.objects.filter(bill__annex__isnull=False).select_related("bill__annex")
    return (
        _listed(access, account)
        .select_related("account", "file", "receivable")
        .prefetch_related(Prefetch("invoice_bills", kept))
        .annotate(today=day)
    )


def total(found: QuerySet[Invoice]) -> dict[str, list[tuple[str, int]]]:
    """Net, tax and total of these invoices in minor units, once per currency: sums over currencies
    mean nothing. What a modified invoice took the place of is not counted. One query.
    """
    names = ("net", "tax", "total")
    modified = Invoice.objects.filter(kind=DocumentKind.MODIFIED, corrects=OuterRef("pk"))
    sums = (
        found.exclude(Exists(modified))
        .order_by("currency")
        .values("currency")
        .annotate(**{name: Sum(f"{name}_minor") for name in names})
    )
    every: list[dict[str, Any]] = [dict(row) for row in sums]
    return {name: [(row["currency"], row[name]) for row in every] for name in names}


def latest(*, access: Access, account: Account) -> list[Invoice]:
    """The invoices of the account's last invoiced month with their files. What was sold by itself,
    and what corrects that, is of no month's bill.
    """
    sold = Q(order__isnull=False) | Q(corrects__order__isnull=False)
    invoices = _listed(access, account).exclude(sold)
    last = invoices.values_list("month", flat=True)[:1]
    return list(invoices.filter(month=last))


def pdf(*, access: Access, label: str) -> DocumentFile:
    """The PDF of an invoice with its invoice and account; DocumentFile.DoesNotExist if none."""
    return (
        DocumentFile.objects.select_related("invoice__account")
        .defer("invoice__snapshot")
        .get(invoice__label=label, invoice__account_id__in=access.money)
    )


def _listed(access: Access, account: Account) -> QuerySet[Invoice]:
    return (
        visible(access=access)
        .filter(account=account)
        .select_related("file")
        .defer("snapshot")
        .order_by("-month", "-number")
    )
