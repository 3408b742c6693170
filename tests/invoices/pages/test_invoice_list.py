import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Account, AuditEntry
from billing_portal.common.periods import Month
from invoices.models import Bill, Invoice
from tests import factories
from tests.document_factories import PDF

pytestmark = pytest.mark.django_db


def one_more(account: Account, month: Month, **fields: object) -> Invoice:
    bill = factories.bill(account=account, month=month, state="closed", **fields)  # type: ignore[arg-type]
    series = factories.series(issuer=factories.issuer())
    label = f"{bill.currency[:2]}-{month.number}"
    return factories.invoice(bills=[bill], series=series, label=label)


def test_no_invoices_yet_says_when_they_come(clerk: Client) -> None:
    response = clerk.get("/invoices/")
    assertContains(response, "No invoices yet")
    assertContains(response, "usually on the first business day of the next month")


def test_an_invoice_shows_number_month_coverage_dates_total_and_pdf(
    clerk: Client, closed: Account
) -> None:
    response = clerk.get("/invoices/")
    for text in ("<bdi>S-1</bdi>", "October 2026", "Japan", "2 Nov 2026", "30 Nov 2026", "¥341"):
        assertContains(response, text)
    assertContains(response, 'href="/invoices/S-1/pdf/"')
    assertContains(response, 'aria-label="PDF of S-1"')


def test_a_pdf_that_waits_is_being_made(clerk: Client, agg: Account) -> None:
    one_more(agg, Month(2026, 9))
    response = clerk.get("/invoices/")
    assertContains(response, "Being made")
    assertNotContains(response, "/pdf/")


def test_currencies_are_never_added_up_together(clerk: Client, agg: Account) -> None:
    for number in (8, 9):
        one_more(agg, Month(2026, number), gross_minor=1000)
        one_more(agg, Month(2026, number), gross_minor=250, coverage="global", currency="USD")
    assertContains(clerk.get("/invoices/"), "¥2,000<br>$5.00")


@pytest.mark.parametrize(
    "sort", ["number", "-number", "month", "issued", "-due", "total", "nonsense"]
)
def test_every_order_works(clerk: Client, closed: Account, sort: str) -> None:
    one_more(closed, Month(2026, 9))
    assertContains(clerk.get(f"/invoices/?sort={sort}"), "S-1")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=s-1", {"S-1"}),
        ("q=%25", set()),
        ("since=2026-09&until=2026-09", {"JP-9", "US-9"}),
        ("since=2026-10", {"S-1"}),
        ("coverage=global", {"US-9"}),
        ("least=100", {"S-1", "JP-9"}),
        ("least=2.5&most=2.5", {"US-9"}),
        ("most=99", {"US-9"}),
        ("least=-100000000000000&most=100000000000000", {"S-1", "JP-9", "US-9"}),
        ("since=2026-13", set()),
        ("least=1e400", set()),
        ("coverage=mars", set()),
        ("page=99&sort=-total&per_page=x", {"S-1", "JP-9", "US-9"}),
    ],
)
def test_an_invoice_is_found_by_number_month_coverage_and_amount(
    clerk: Client, closed: Account, query: str, found: set[str]
) -> None:
    one_more(closed, Month(2026, 9), gross_minor=1000)
    one_more(closed, Month(2026, 9), gross_minor=250, coverage="global", currency="USD")
    html = clerk.get(f"/invoices/?{query}").content.decode()
    assert {label for label in ("S-1", "JP-9", "US-9") if f"<bdi>{label}</bdi>" in html} == found


def test_the_list_is_a_file_with_the_same_filters(clerk: Client, closed: Account) -> None:
    one_more(closed, Month(2026, 9))
    response = clerk.get("/invoices/?since=2026-10&format=csv")
    assert response["Content-Disposition"] == 'attachment; filename="invoices_2026-10.csv"'
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    head, row = text.splitlines()
    columns = "Number,Month,Kind,Coverage,Currency,Total with tax,Payment,Issued,Due,Tax,Net"
    assert head == columns
    assert row == "S-1,2026-10,Invoice,Japan,JPY,341,,2026-11-02,2026-11-30,31,310"


def test_the_pdf_is_sent_as_it_was_made_under_the_number(clerk: Client, closed: Account) -> None:
    response = clerk.get("/invoices/S-1/pdf/")
    assert b"".join(response) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="S-1.pdf"'
    assert response["Content-Length"] == str(len(PDF))


def test_a_pdf_download_is_in_the_audit_trail(clerk: Client, closed: Account) -> None:
    b"".join(clerk.get("/invoices/S-1/pdf/"))
    entry = AuditEntry.objects.get(action="invoice.download")
    assert (entry.actor, entry.account_key, entry.subject) == (
        "aggregator@example.com",
        "AGG",
        "S-1",
    )


def test_the_running_month_has_no_pdf_at_any_address(clerk: Client, real: Account) -> None:
    closed = Invoice.objects.values_list("month", flat=True)
    assert set(closed) == {Month(2026, 10)}
    assert Bill.objects.filter(month=Month(2026, 11), invoice_bill__isnull=True).count() == 2
    assert clerk.get("/bills/AGG/japan/2026-11/pdf/").status_code == 404
