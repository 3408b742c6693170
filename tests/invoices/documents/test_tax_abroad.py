"""Customers of another country have the tax that the catalogue knows of it (E11)."""

import pytest

from accounts.models import Account
from invoices import pdf
from invoices.models import Invoice, Issuer
from invoices.services.documents import verify_documents
from tests import factories
from tests.invoices.documents.bills import Item, closed_bill, invoice_of, snapshot_of
from usage.choices import Coverage

NOTE = "The tax is that of your country (DE)."


@pytest.fixture
def abroad(seller: Issuer) -> Account:
    account = factories.account()
    factories.profile(account=account, country="DE", language="en")
    factories.tax_rate(country="DE", rate="0.19")
    return account


def test_the_rate_of_the_country_is_taken_and_the_document_names_it(abroad: Account) -> None:
    """19 % of 10.05 USD. No exchange rate is asked for, as no tax is stated in JPY."""
    invoice = invoice_of(closed_bill(abroad, Item("data", "10.05"), coverage=Coverage.GLOBAL))
    assert (invoice.net_minor, invoice.tax_minor, invoice.total_minor) == (1005, 191, 1196)
    snapshot = snapshot_of(invoice)
    assert (snapshot["jpy_tax"], snapshot["exchange"]) == (None, None)
    assert verify_documents(invoices=Invoice.objects.all()) == []
    page = pdf.page({**snapshot, "label": invoice.label})
    assert (page["rates"][0]["group"], page["words"]["tax"]) == ("19% standard", "Tax")
    assert NOTE in page["notes"]


def test_a_document_of_the_own_country_names_none(customer: Account) -> None:
    snapshot = snapshot_of(invoice_of(closed_bill(customer)))
    page = pdf.page({**snapshot, "label": "INV-000001"})
    assert page["words"]["tax"] == "消費税額"
    assert not any("JP" in note for note in page["notes"])
