"""Staff issue return and modified invoices from the page of a document."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account, User
from invoices.models import Invoice, Issuer
from tests import factories
from tests.invoices.documents.bills import Item, closed_bill, invoice_of


@pytest.fixture
def invoice(db: None) -> Invoice:
    """¥310 at 10 %: ¥341."""
    factories.tax_rate()
    issuer: Issuer = factories.issuer()
    account: Account = factories.account()
    assert issuer.pk
    return invoice_of(closed_bill(account, Item("basic", "310")))


@pytest.fixture
def staff(client: Client, operator: User) -> Client:
    client.force_login(operator)
    return client


def page_of(invoice: Invoice, name: str) -> str:
    return reverse(f"admin:invoices_invoice_{name}", args=[invoice.pk])


def post(staff: Client, invoice: Invoice, page: str, **fields: str) -> str:
    return staff.post(
        page_of(invoice, page), {"reason": "A fault", **fields}, follow=True
    ).content.decode()


def test_its_page_leads_there(staff: Client, invoice: Invoice) -> None:
    page = staff.get(page_of(invoice, "change")).content.decode()
    assert page_of(invoice, "return") in page
    assert page_of(invoice, "modify") in page


@pytest.mark.parametrize(("fields", "total"), [({}, -341), ({"net_0": "100"}, -110)])
def test_a_return_invoice_of_all_or_part(
    staff: Client, invoice: Invoice, fields: dict[str, str], total: int
) -> None:
    assert "RET-000001 is issued" in post(staff, invoice, "return", **fields)
    assert Invoice.objects.get(label="RET-000001").total_minor == total


@pytest.mark.parametrize(("net", "says"), [("311", "more than is left"), ("-1", "greater than")])
def test_a_wrong_amount_is_refused_on_the_page(
    staff: Client, invoice: Invoice, net: str, says: str
) -> None:
    assert says in post(staff, invoice, "return", net_0=net)
    assert Invoice.objects.count() == 1


def test_a_modified_invoice(staff: Client, invoice: Invoice) -> None:
    assert "MOD-000001 is issued" in post(staff, invoice, "modify")
    assert "took its place" in post(staff, invoice, "modify")


def test_a_reason_is_needed(staff: Client, invoice: Invoice) -> None:
    assert "This field is required" in post(staff, invoice, "modify", reason="")


def test_who_may_not_add_documents_may_not_correct_them(client: Client, invoice: Invoice) -> None:
    client.force_login(User.objects.create_user("x@example.com", "pw", is_staff=True))
    for page in ("return", "modify"):
        assert client.get(page_of(invoice, page)).status_code == 403
