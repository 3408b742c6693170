"""Staff press a button twice: what the form asks for is done once."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from invoices.choices import DocumentKind
from invoices.models import BankTransfer, Invoice, PaymentEntry, PointGrant
from tests import factories
from tests.invoices.documents.bills import Item, closed_bill, invoice_of
from tests.invoices.payments import till

SEEN = re.compile(r'name="once" value="([^"]+)"')
GRANT = {"points": "100", "reason": "Welcome"}
TRANSFER = {"day": "2026-11-02", "amount": "1000", "payer": "ACME"}


def press(staff: Client, page: str, typed: dict[str, Any], *, times: int = 2) -> str:
    """Open a form, fill it in and press its button; what the last answer leads to."""
    [once] = SEEN.findall(staff.get(page).content.decode())
    answers = [staff.post(page, {**typed, "once": once}, follow=True) for _time in range(times)]
    return str(answers[-1].content.decode())


def test_points_are_granted_once(agg: Account, staff: Client) -> None:
    page = reverse("admin:invoices_pointgrant_add")
    said = press(staff, page, {"account": agg.pk, **GRANT})
    assert PointGrant.objects.count() == 1
    assert "sent twice and done once" in said


def test_a_form_that_is_opened_anew_is_another_one(agg: Account, staff: Client) -> None:
    page = reverse("admin:invoices_pointgrant_add")
    for _time in range(2):
        press(staff, page, {"account": agg.pk, **GRANT}, times=1)
    assert PointGrant.objects.count() == 2


def test_what_was_refused_can_be_mended_and_sent(agg: Account, staff: Client) -> None:
    page = reverse("admin:invoices_pointgrant_add")
    [once] = SEEN.findall(staff.get(page).content.decode())
    typed = {"account": agg.pk, **GRANT, "expires_on": "2026-10-01", "once": once}
    [shown] = SEEN.findall(staff.post(page, typed).content.decode())
    staff.post(page, {**typed, "expires_on": "", "once": shown})
    assert PointGrant.objects.count() == 1


def test_a_transfer_is_recorded_once(staff: Client) -> None:
    press(staff, reverse("admin:invoices_banktransfer_add"), TRANSFER)
    assert BankTransfer.objects.count() == 1


def test_a_correction_of_what_is_open_is_made_once(agg: Account, staff: Client) -> None:
    row = till.owed(agg, 1000, kind="invoice")
    page = reverse("admin:invoices_receivable_correct", args=[row.pk])
    press(staff, page, {"amount": "300", "reason": "so", "kind": "correction"})
    assert PaymentEntry.objects.count() == 1


@pytest.mark.parametrize(("act", "typed"), [("return", {"net_0": "100"}), ("modify", {})])
def test_a_document_is_corrected_once(
    act: str, typed: dict[str, str], agg: Account, staff: Client
) -> None:
    factories.tax_rate()
    factories.issuer()
    invoice = invoice_of(closed_bill(agg, Item("data", "300")))
    press(
        staff,
        reverse(f"admin:invoices_invoice_{act}", args=[invoice.pk]),
        {**typed, "reason": "so"},
    )
    kinds = [DocumentKind.RETURN, DocumentKind.MODIFIED]
    assert Invoice.objects.filter(kind__in=kinds).count() == 1
