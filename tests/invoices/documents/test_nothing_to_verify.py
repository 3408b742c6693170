"""Verification finds nothing where nothing is wrong yet: no document, or none with its PDF."""

import pytest

from accounts.models import Account
from invoices.models import Invoice
from invoices.services.documents import verify_documents
from tests.invoices.documents.bills import closed_bill, invoice_of


@pytest.mark.usefixtures("customer")
def test_nothing_issued_has_no_findings() -> None:
    assert verify_documents(invoices=Invoice.objects.all()) == []


def test_a_document_whose_pdf_is_still_to_be_made_is_no_fault(customer: Account) -> None:
    invoice_of(closed_bill(customer))
    assert verify_documents(invoices=Invoice.objects.all()) == []
