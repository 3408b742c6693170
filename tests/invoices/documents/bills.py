"""Closed bills whose tax fits their items, and invoices of them."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from accounts.models import Account
from billing_portal.common.money import Currency, Rounding
from billing_portal.common.periods import Month
from invoices.choices import BillState, TaxCategory
from invoices.models import Bill, BillItemTotal, Invoice
from invoices.rating.taxes import Net, state
from invoices.selectors import settings
from invoices.services.documents import issue, prepare
from tests import document_factories, factories
from usage.choices import Coverage

ISSUE_DATE = date(2026, 11, 2)


class Item(NamedTuple):
    name: str
    amount: str
    fields: dict[str, Any] = {}


def closed_bill(
    account: Account, *items: Item, coverage: str = Coverage.JAPAN, **fields: Any
) -> Bill:
    """A closed bill of these items and its annex; tax and total are what its document states."""
    month: Month = fields.get("month", factories.MONTH)
    currency = Currency.USD if coverage == Coverage.GLOBAL else Currency.JPY
    rows = items or (Item("basicCharge-active", "310"),)
    country = settings.recipients(pairs=[(account.pk, coverage)])[account.pk, coverage].country
    nets = [
        Net(
            str(row.fields.get("tax_category", TaxCategory.STANDARD)),
            row.fields.get("tax_date", month.last_day),
            Decimal(row.amount),
        )
        for row in rows
    ]
    statement = state(
        nets,
        country=country,
        table=settings.tax_table(),
        currency=currency,
        rounding=Rounding(settings.issuer().rounding),
    )
    bill = factories.bill(
        account=account,
        items={"nothing": "0"},
        coverage=coverage,
        **{
            "currency": currency,
            "net": sum((net.amount for net in nets), Decimal(0)),
            "tax_minor": statement.tax_minor,
            "gross_minor": statement.gross_minor,
            "seal": f"{account.pk:064}",
            **fields,
        },
    )
    document_factories.annex(bill=bill)
    return _close(bill, rows)


def _close(bill: Bill, items: Iterable[Item]) -> Bill:
    BillItemTotal.objects.filter(bill=bill).delete()
    for item in items:
        factories.bill_item_total(
            bill=bill, name=item.name, amount=Decimal(item.amount), **item.fields
        )
    bill.state, bill.closed_at = BillState.CLOSED, factories.NOW
    bill.save()
    return bill


def issue_all(bills: Sequence[Bill], *, day: date = ISSUE_DATE) -> list[Invoice]:
    return issue(prepared=prepare(bills=bills, issue_date=day), now=factories.NOW)


def invoice_of(*bills: Bill, issue_date: date = ISSUE_DATE) -> Invoice:
    [invoice] = issue_all(bills, day=issue_date)
    return invoice


def snapshot_of(invoice: Invoice) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(invoice.snapshot)
    return values
