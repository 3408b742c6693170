"""Documents to be paid, made in a line."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Account
from invoices.models import Invoice, Issuer, Receivable
from invoices.services.payments import receivables
from tests import factories
from tests.factories import MONTH, NOW

DUE = date(2026, 11, 30)
WHO: dict[str, Any] = {"actor": "operator@example.com", "now": NOW}


def document(account: Account, due: int, *, kind: str = "statement", **fields: Any) -> Invoice:
    """A document of a bill; for a correction a month of its own is taken."""
    issuer = Issuer.objects.first() or factories.issuer()
    month = fields.pop("month", MONTH.plus(Invoice.objects.count()))
    bill = factories.bill(account=account, month=month, state="closed", **fields.pop("bill", {}))
    values = {"due_date": DUE, "coverage": bill.coverage, **fields}
    series = factories.series(issuer=issuer)
    return factories.invoice(bills=[bill], series=series, kind=kind, due_minor=due, **values)


def owed(
    account: Account, due: int = 1000, *, kind: str = "statement", at: datetime = NOW, **fields: Any
) -> Receivable:
    """The receivable of a new document."""
    invoice = document(account, due, kind=kind, **fields)
    with transaction.atomic():
        receivables.open_for(invoices=[invoice], now=at)
    return Receivable.objects.get(invoice=invoice)


def again(receivable: Receivable) -> Receivable:
    """As it is now."""
    return Receivable.objects.select_related("invoice__account").get(pk=receivable.pk)


def entries(receivable: Receivable) -> list[tuple[str, int, int]]:
    rows = receivable.entries.order_by("number")
    return list(rows.values_list("kind", "amount_minor", "left_minor"))
