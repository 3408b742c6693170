"""Verification finds every planted fault and tells which one it is."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from billing_portal.common import files, frozen
from invoices.models import (
    Bill,
    DocumentFile,
    Invoice,
    InvoiceBill,
    Receivable,
    Reminder,
    Rendering,
    Series,
)
from invoices.services.documents import Finding, render, verify_documents
from invoices.services.documents.snapshots import canonical, digest, seal
from tests import factories, once
from tests.invoices.documents.bills import Item, closed_bill, invoice_of
from tests.invoices.documents.conftest import company, open_house

NOT_FOLLOWING = "The stated amounts do not follow from the lines"


def _issued() -> None:
    """Three invoices with their PDFs: August, September, October."""
    open_house()
    customer, items = company(), (Item("a", "100.4"), Item("b", "100.4"))
    months = [factories.MONTH.plus(n) for n in (-2, -1, 0)]
    invoices = [invoice_of(closed_bill(customer, *items, month=month)) for month in months]
    for invoice in invoices:
        render(invoice_id=invoice.pk, now=factories.NOW)


_kept, _printed = once.made_with_files(_issued)


@pytest.fixture
def issued(_printed: None) -> list[Invoice]:
    return list(Invoice.objects.order_by("number"))


@pytest.fixture
def _thawed(db: None) -> Iterator[None]:
    frozen.drop(connection)
    yield
    frozen.install(connection)


def findings() -> list[Finding]:
    return verify_documents(invoices=Invoice.objects.all())


def change(invoice: Invoice, **columns: object) -> None:
    Invoice.objects.filter(pk=invoice.pk).update(**columns)


def forge(invoice: Invoice, change_values: Callable[[dict], None]) -> None:
    """Change a snapshot such that its hash and seal fit again, as a careful forger would."""
    values = json.loads(invoice.snapshot)
    change_values(values)
    text = canonical(values)
    own = seal(previous=invoice.previous_seal, label=invoice.label, snapshot_hash=digest(text))
    change(invoice, snapshot=text, snapshot_hash=digest(text), seal=own)
    Series.objects.update(last_seal=own)


def test_unbroken_documents_have_no_findings() -> None:
    assert findings() == []


@pytest.mark.usefixtures("_thawed")
def test_a_changed_snapshot_is_found(issued: list[Invoice]) -> None:
    change(issued[1], snapshot=issued[1].snapshot.replace("花子", "太郎"))
    assert findings() == [
        Finding("INV-000002", "The snapshot is not the one that was issued."),
    ]


@pytest.mark.usefixtures("_thawed")
def test_a_changed_snapshot_with_its_hash_breaks_the_seal(issued: list[Invoice]) -> None:
    text = issued[1].snapshot.replace("花子", "太郎")
    change(issued[1], snapshot=text, snapshot_hash=digest(text))
    assert findings() == [
        Finding("INV-000002", "The seal does not fit the label and the snapshot."),
    ]


@pytest.mark.usefixtures("_thawed")
def test_a_changed_snapshot_with_hash_and_seal_breaks_the_chain(issued: list[Invoice]) -> None:
    forge(issued[1], lambda values: values["recipient"].update(contact="鈴木"))
    Series.objects.update(last_seal=issued[2].seal)
    assert findings() == [
        Finding("INV-000003", "The seal does not bind the document before it."),
    ]


@pytest.mark.usefixtures("_thawed")
def test_a_changed_amount_is_found_even_under_a_whole_seal(issued: list[Invoice]) -> None:
    def cheaper(values: dict) -> None:
        values["sections"][0]["lines"][0]["amount"] = "90.4"

    forge(issued[2], cheaper)
    assert findings() == [
        Finding("INV-000003", f"{NOT_FOLLOWING}: lines, rates, totals, differences."),
    ]


@pytest.mark.usefixtures("_thawed")
@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("differences", "differences"),
        ("rates", "rates"),
        ("totals", "totals, amount_due_minor"),
        ("amount_due_minor", "amount_due_minor"),
        ("points", "amount_due_minor"),
        ("carried_over_minor", "amount_due_minor"),
        ("payable_minor", "amount_due_minor"),
    ],
)
def test_every_stated_amount_is_recomputed(issued: list[Invoice], path: str, found: str) -> None:
    def more(values: dict) -> None:
        match values[path]:
            case int(due):
                values[path] = due + 1
            case [first]:
                first["minor" if path == "differences" else "net_minor"] += 1
            case totals:
                totals["gross_minor"] += 1

    forge(issued[2], more)
    assert Finding("INV-000003", f"{NOT_FOLLOWING}: {found}.") in findings()


@pytest.mark.usefixtures("_thawed")
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("total_minor", 1),
        ("tax_minor", 1),
        ("net_minor", 1),
        ("currency", "USD"),
        ("month", "2020-01"),
        ("issue_date", "2026-11-01"),
        ("due_date", "2027-11-30"),
        ("kind", "statement"),
        ("counterparty", "somebody"),
        ("due_minor", 1),
    ],
)
def test_a_changed_column_is_named(issued: list[Invoice], column: str, value: object) -> None:
    change(issued[0], **{column: value})
    says = f"The column {column} is not what the snapshot says."
    assert findings() == [Finding("INV-000001", says)]


@pytest.mark.usefixtures("_thawed")
def test_a_removed_document_is_a_gap(issued: list[Invoice]) -> None:
    Reminder.objects.filter(receivable__invoice=issued[1]).delete()
    Receivable.objects.filter(invoice=issued[1]).delete()
    InvoiceBill.objects.filter(invoice=issued[1]).delete()
    DocumentFile.objects.filter(invoice=issued[1]).delete()
    Rendering.objects.filter(invoice=issued[1]).delete()
    issued[1].delete()
    assert findings() == [Finding("INV", "Number 2 is missing before INV-000003.")]


@pytest.mark.parametrize(("column", "value"), [("last_number", 9), ("last_seal", "f" * 64)])
def test_a_counter_elsewhere_is_found(column: str, value: object) -> None:
    Series.objects.update(**{column: value})
    assert findings() == [Finding("INV", "The counter does not stand at the last document.")]


@pytest.mark.usefixtures("_thawed")
def test_a_bill_sealed_otherwise_is_found(issued: list[Invoice]) -> None:
    Bill.objects.filter(invoice_bill__invoice=issued[0]).update(detail_hash="f" * 64)
    assert findings() == [
        Finding("INV-000001", "The bills are not those that the snapshot names."),
    ]


@pytest.mark.parametrize("data", [b"%PDF forged", None])
def test_a_changed_or_missing_file_is_found(issued: list[Invoice], data: bytes | None) -> None:
    name = DocumentFile.objects.get(invoice=issued[0]).stored_as
    with files.local_path(name) as path:
        Path(path).unlink() if data is None else Path(path).write_bytes(data)
    says = "is missing" if data is None else "is not the one that was made"
    assert findings() == [Finding("INV-000001", f"The PDF {name} {says}.")]


@pytest.mark.usefixtures("_thawed")
def test_a_removed_row_of_a_file_is_found(issued: list[Invoice]) -> None:
    DocumentFile.objects.filter(invoice=issued[0]).delete()
    assert findings() == [Finding("INV-000001", "There is no PDF, and none is on its way.")]


@pytest.mark.usefixtures("_thawed")
@pytest.mark.parametrize("text", once.first_on_both(["", "[]", "{}", '{"totals": 1}']))
def test_a_snapshot_that_cannot_be_read_is_a_finding(issued: list[Invoice], text: str) -> None:
    change(issued[0], snapshot=text)
    assert [found.what.partition(":")[0] for found in findings()] == [
        "The snapshot is not the one that was issued.",
        "The snapshot cannot be read",
    ]
