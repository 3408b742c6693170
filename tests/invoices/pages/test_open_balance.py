"""What is open is said where past charges and current usage are."""

import pytest
from django.test import Client

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.models import Receivable
from tests import factories

pytestmark = pytest.mark.django_db
PAGES = ("/", "/bills/", "/invoices/")


def owes(account: Account, amount: int, *, open_: int, month: int, **fields: object) -> None:
    bill = factories.bill(account=account, month=Month(2026, month), state="closed")
    series = factories.series(issuer=factories.issuer(name=f"Specimen {month}"))
    invoice = factories.invoice(bills=[bill], series=series, **fields)
    Receivable.objects.create(
        invoice=invoice,
        method="invoice",
        amount_minor=amount,
        open_minor=open_,
        state="open" if open_ else "paid",
        due_at=factories.NOW,
    )


@pytest.mark.parametrize("path", PAGES)
def test_what_is_open_and_overdue_is_said(path: str, clerk: Client, agg: Account) -> None:
    owes(agg, 5000, open_=5000, month=7, due_date=factories.FIRST_DAY)
    owes(agg, 3000, open_=1234, month=8)
    owes(agg, 9999, open_=0, month=9)
    text = clerk.get(path).content.decode()
    assert "Open balance, JPY" in text
    assert "¥6,234" in text
    assert "¥5,000 of it is overdue" in text


def test_the_first_page_asks_for_what_is_overdue(clerk: Client, agg: Account) -> None:
    owes(agg, 5000, open_=5000, month=7, due_date=factories.FIRST_DAY)
    assert "?state=overdue&amp;account=AGG" in clerk.get("/").content.decode()
    shown = clerk.get("/invoices/?state=overdue").content.decode()
    assert "5,000" in shown


@pytest.mark.parametrize("path", PAGES)
def test_who_owes_nothing_reads_nothing_of_it(path: str, clerk: Client, agg: Account) -> None:
    assert "Open balance" not in clerk.get(path).content.decode()
