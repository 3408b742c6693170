"""PDFs that failed are seen and tried again; those that are there can be fetched."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from accounts.models import Account, AuditEntry
from invoices.choices import BillState, RenderState
from invoices.models import DocumentFile, Invoice
from tests import document_factories, factories
from tests.staff.conftest import Broker, said, sent

LIST = "admin:invoices_rendering_changelist"
LATER = factories.NOW + timedelta(hours=1)


@pytest.fixture
def invoice(agg: Account) -> Invoice:
    bill = factories.bill(account=agg, state=BillState.CLOSED)
    series = factories.series(issuer=factories.issuer())
    invoice = factories.invoice(bills=[bill], series=series, label="INV-1")
    invoice.rendering.error = "OSError: disk full"
    invoice.rendering.due_at = LATER
    invoice.rendering.save()
    return invoice


def again(staff: Client, invoice: Invoice) -> str:
    selected = {"action": "try_again", "_selected_action": [invoice.rendering.pk]}
    return said(staff.post(reverse(LIST), selected))


def test_the_list_says_why_it_failed(invoice: Invoice, staff: Client) -> None:
    assert "disk full" in staff.get(reverse(LIST)).content.decode()


def test_a_failed_pdf_is_due_at_once(invoice: Invoice, staff: Client, broker: Broker) -> None:
    assert "1 PDFs are made now" in again(staff, invoice)
    invoice.rendering.refresh_from_db()
    assert invoice.rendering.due_at < LATER
    assert broker.told == [("invoices.tasks.documents.render", {"ids": [invoice.rendering.pk]})]
    assert AuditEntry.objects.get(action="rendering.try_again").subject == "INV-1"


def test_a_broker_that_is_down_is_said(invoice: Invoice, staff: Client, broker: Broker) -> None:
    broker.is_up = False
    assert "within 15 seconds of the worker coming back" in again(staff, invoice)


def test_what_is_done_stays_done(invoice: Invoice, staff: Client, broker: Broker) -> None:
    invoice.rendering.state = RenderState.DONE
    invoice.rendering.save()
    assert "0 PDFs" in again(staff, invoice)
    assert broker.told == []


class TestTheFile:
    @pytest.fixture
    def made(self, invoice: Invoice) -> DocumentFile:
        return document_factories.pdf(invoice=invoice)

    def address(self, invoice: Invoice) -> str:
        return reverse("admin:invoices_invoice_pdf", args=[invoice.pk])

    def test_is_sent_byte_by_byte(self, made: DocumentFile, staff: Client) -> None:
        response = staff.get(self.address(made.invoice))
        assert sent(response) == document_factories.PDF
        assert 'filename="INV-1.pdf"' in response.headers["Content-Disposition"]
        assert AuditEntry.objects.get(action="invoice.download").account_key == "AGG"

    def test_is_linked_when_it_is_there(self, made: DocumentFile, staff: Client) -> None:
        page = staff.get(reverse("admin:invoices_invoice_changelist")).content.decode()
        assert self.address(made.invoice) in page

    def test_is_not_linked_before(self, invoice: Invoice, staff: Client) -> None:
        page = staff.get(reverse("admin:invoices_invoice_changelist")).content.decode()
        assert "not made yet" in page
        assert staff.get(self.address(invoice)).status_code == 404
        assert not AuditEntry.objects.filter(action="invoice.download").exists()

    def test_that_is_lost_is_no_error_page(self, made: DocumentFile, staff: Client) -> None:
        default_storage.delete(made.stored_as)
        assert staff.get(self.address(made.invoice)).status_code == 404

    def test_is_not_for_staff_without_permission(self, made: DocumentFile, client: Client) -> None:
        client.force_login(factories.user(is_staff=True))
        assert client.get(self.address(made.invoice)).status_code == 404
