"""Documents issued before merged ones existed: kept, proved and printed as they were."""

import io
import json
from datetime import date
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from pypdf import PdfReader

from billing_portal.common import frozen
from billing_portal.common.periods import Month
from invoices import pdf
from invoices.choices import BillState
from invoices.models import Invoice, Issuer
from invoices.services.documents import render, verify_documents
from invoices.services.documents.snapshots import digest, seal
from tests import document_factories, factories

migration = import_module("invoices.migrations.0014_documents_backfill")
GOLDEN = Path(__file__).parents[2] / "golden"
SNAPSHOT = (GOLDEN / "first_form.json").read_text(encoding="utf-8")


@pytest.fixture
def old(seller: Issuer) -> Invoice:
    """As the earlier version left it: without coverage, recipient and amount due."""
    values = json.loads(SNAPSHOT)
    [section] = values["sections"]
    bill = factories.bill(
        account=factories.account(key=values["recipient"]["account_key"]),
        month=Month.parse(section["month"]),
        state=BillState.CLOSED,
    )
    document_factories.annex(bill=bill)
    counter = factories.series(issuer=seller, prefix="INV")
    label, own = values["label"], digest(SNAPSHOT)
    invoice = factories.invoice(
        bills=[bill],
        series=counter,
        label=label,
        issue_date=date.fromisoformat(values["issue_date"]),
        due_date=date.fromisoformat(values["due_date"]),
        net_minor=values["totals"]["net_minor"],
        tax_minor=values["totals"]["tax_minor"],
        total_minor=values["totals"]["gross_minor"],
        snapshot=SNAPSHOT,
        snapshot_hash=own,
        seal=seal(previous="", label=label, snapshot_hash=own),
    )
    _fit(invoice, section)
    return invoice


def _fit(invoice: Invoice, section: dict[str, str]) -> None:
    """Number and sums of the row as its snapshot has them; the factory counts upwards."""
    frozen.drop(connection)
    Invoice.objects.filter(pk=invoice.pk).update(number=1)
    bill = invoice.invoice_bills.get().bill
    type(bill).objects.filter(pk=bill.pk).update(
        seal=section["bill_seal"], detail_hash=section["detail_hash"]
    )
    frozen.install(connection)
    invoice.series.last_number, invoice.series.last_seal = 1, invoice.seal
    invoice.series.save()


def test_the_migrate_fills_in_what_they_did_not_have(old: Invoice) -> None:
    migration.fill(apps, SimpleNamespace(connection=connection))
    frozen.install(connection)
    old.refresh_from_db()
    assert (old.coverage, old.counterparty, old.due_minor) == (
        "japan",
        "株式会社見本製作所",
        old.total_minor,
    )
    assert verify_documents(invoices=Invoice.objects.all()) == []


def test_they_are_printed_as_they_were(old: Invoice) -> None:
    file = render(invoice_id=old.pk, now=factories.NOW)
    assert file.made_with.startswith("meisai 2, ")


def test_their_page_has_every_word_where_it_was() -> None:
    data = pdf.render(SNAPSHOT, snapshot_hash=digest(SNAPSHOT))
    assert placed(data) == (GOLDEN / "first_form.txt").read_text(encoding="utf-8").splitlines()


def placed(data: bytes) -> list[str]:
    """What is written on the first page: place from left and top, size in pixels, font, text."""
    found: list[str] = []

    def note(text: str, _all: object, place: list[float], font: Any, size: float) -> None:
        if text.strip():
            name = font["/BaseFont"].partition("+")[2]
            where = f"{place[4]:.0f} {place[5]:.0f} {size:.1f}"
            found.append(f"{where} {name} {text.strip()}")

    PdfReader(io.BytesIO(data)).pages[0].extract_text(visitor_text=note)
    return found
