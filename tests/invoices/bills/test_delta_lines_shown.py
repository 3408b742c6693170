"""CSV, pages and invoice name the closed month of a delta line, and show credit that is carried."""

import json
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader
from pytest_django.asserts import assertContains

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices import pdf
from invoices.exports import detail
from invoices.models import Invoice
from tests import factories, once
from tests.factories import NOW
from tests.invoices.bills import late, shop
from tests.invoices.bills.late import DECEMBER, NOVEMBER
from usage.services.devices import set_status

Printed = list[tuple[str, str | None, str]]
"""Item, the month that it corrects and amount of the lines of an invoice."""


def _shown() -> Account:
    """3 units came late for October, which is closed; they are on the bill of November. In December
    it comes out that the SIM is in no use since 10 October: 22 and 30 days.
    """
    shop.open_shop()
    account = shop.customer("ACME", used=5)
    shop.end_month()
    late.use(account, 3)
    late.close(NOVEMBER)
    set_status(device=late.device(account), status="ready", since=late.TENTH, now=NOW)
    late.close(DECEMBER)
    return account


_kept, _open_shop = once.made_with_files(_shown)


@pytest.fixture
def account(_open_shop: Account) -> Account:
    return _open_shop


def rows(account: Account, month: Month) -> list[str]:
    text = b"".join(detail.stream(shop.bill_of(account, month))).decode("utf-8-sig")
    return text.splitlines()


def printed(invoice: Invoice) -> Printed:
    [section] = json.loads(invoice.snapshot)["sections"]
    return [(line["code"], line.get("corrects"), line["amount"]) for line in section["lines"]]


def text_of(invoice: Invoice) -> str:
    data = pdf.render(invoice.snapshot, snapshot_hash=invoice.snapshot_hash)
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)


def test_the_csv_dates_a_delta_line_in_the_closed_month(account: Account) -> None:
    assert rows(account, NOVEMBER)[-1] == "ACME-0,20261010,data,1,3,3"


def test_the_csv_has_credit_as_lines_of_the_whole_month(account: Account) -> None:
    found = rows(account, DECEMBER)
    assert found[1] == "ACME-0,20261010,basic,-10,1,-10"
    assert found[-2:] == [
        ",202612,creditCarriedForward,1,220,220",
        ",202612,creditCarriedForward,1,300,300",
    ]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("", "(October 2026)"),
        ("days/", "10 October 2026"),
        ("lines/?item=data", "10 October 2026"),
        ("lines/?device=ACME-0", "10 October 2026"),
        ("?device=ACME-0", "(October 2026)"),
        ("?day=20261010", "10 October 2026"),
    ],
)
def test_pages_name_the_closed_month(
    account: Account, client: Client, address: str, told: str
) -> None:
    client.force_login(factories.person(account))
    assertContains(client.get(f"/bills/ACME/japan/2026-11/{address}"), told)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("", "creditCarriedForward"),
        ("lines/?item=creditCarriedForward", "220"),
        ("devices/", "Of no device"),
    ],
)
def test_pages_show_credit(account: Account, client: Client, address: str, told: str) -> None:
    client.force_login(factories.person(account))
    assertContains(client.get(f"/bills/ACME/japan/2026-12/{address}"), told)


def test_the_invoice_names_the_closed_month() -> None:
    invoice = Invoice.objects.get(month=NOVEMBER)
    assert printed(invoice) == [("basic", None, "300"), ("data", "2026-10", "3")]
    assert "data（2026年10月分の訂正）" in text_of(invoice)


def test_the_invoice_shows_credit() -> None:
    invoice = Invoice.objects.get(month=DECEMBER)
    assert printed(invoice) == [
        ("basic", "2026-10", "-220"),
        ("basic", "2026-11", "-300"),
        ("creditCarriedForward", None, "520"),
    ]
    text = text_of(invoice)
    assert "翌月への繰越額" in text
    assert "basic（2026年11月分の訂正）" in text
