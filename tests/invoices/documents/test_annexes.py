"""The detail CSV of an invoiced bill is made once; the page names it with the hash of its bytes."""

import hashlib
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from pypdf import PdfReader

from accounts.models import Account
from billing_portal.common import files
from invoices.exports import annexes, detail
from invoices.models import Annex, Bill, BillingProfile, DocumentFile, Invoice
from invoices.services.documents import (
    AnnexDiffers,
    AnnexMissing,
    ReturnWish,
    give_back,
    modify,
    render,
    verify_documents,
)
from tests import document_factories
from tests.factories import NOW
from tests.invoices.bills import shop
from tests.invoices.documents.bills import closed_bill, invoice_of
from usage.choices import Coverage

LATER = NOW + timedelta(days=400)


@pytest.fixture
def invoice(db: None) -> Invoice:
    """Of a month with a SIM and some data."""
    shop.open_shop()
    shop.customer("ACME", used=5)
    shop.end_month()
    return Invoice.objects.get()


def made(invoice: Invoice) -> DocumentFile:
    annexes.make(invoice_id=invoice.pk, now=NOW)
    return render(invoice_id=invoice.pk, now=NOW)


def text_of(file: DocumentFile) -> str:
    data = files.read(file.stored_as)
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def downloaded() -> bytes:
    return b"".join(detail.stream(Bill.objects.get()))


def otherwise(*, target: Path, **_options: object) -> None:
    """What a later version of the program might make of the same detail."""
    target.write_bytes(b"imsi,more\r\n")


def test_the_page_names_the_file_that_is_downloaded_and_its_hash(invoice: Invoice) -> None:
    before = downloaded()
    text = text_of(made(invoice)).replace("\n", "")
    assert downloaded() == before
    assert hashlib.sha256(before).hexdigest() in text
    lines = before.count(b"\r\n") - 1
    assert f"別紙 bill_ACME_japan_2026-10.csv（端数処理前の明細 {lines}行）" in text


def test_its_bytes_stay_whatever_a_later_version_would_make(
    invoice: Invoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(invoice)
    before = downloaded()
    monkeypatch.setattr(detail, "convert", otherwise)
    annexes.make(invoice_id=invoice.pk, now=LATER)
    assert downloaded() == before
    default_storage.delete(Annex.objects.get().stored_as)
    with pytest.raises(AnnexDiffers):
        annexes.make(invoice_id=invoice.pk, now=LATER)


def test_a_lost_one_comes_back(invoice: Invoice) -> None:
    made(invoice)
    before, row = downloaded(), Annex.objects.get()
    default_storage.delete(row.stored_as)
    annexes.make(invoice_id=invoice.pk, now=LATER)
    assert (downloaded(), Annex.objects.get()) == (before, row)


def test_no_page_is_made_without_it(invoice: Invoice) -> None:
    with pytest.raises(AnnexMissing, match="ACME japan 2026-10"):
        render(invoice_id=invoice.pk, now=NOW)


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "is missing"), (b"no gzip", "cannot be read"), (b"", "not the one")],
)
def test_verification_finds_one_that_was_changed(
    invoice: Invoice, content: bytes | None, said: str
) -> None:
    made(invoice)
    assert verify_documents(invoices=Invoice.objects.all()) == []
    with files.local_path(Annex.objects.get().stored_as) as path:
        path.unlink()
        if content is not None:
            path.write_bytes(content)
    [found] = verify_documents(invoices=Invoice.objects.all())
    assert said in found.what


def test_a_merged_document_names_both_and_what_replaces_it_too(customer: Account) -> None:
    document_factories.merged(account=customer)
    bills = [closed_bill(customer, coverage=coverage) for coverage in Coverage.values]
    first = invoice_of(*bills)
    BillingProfile.objects.update(company="株式会社正しい宛名")
    new = modify(invoice_id=first.pk, reason="Wrong addressee", actor="staff", now=NOW)
    for document in (first, new):
        text = text_of(render(invoice_id=document.pk, now=NOW))
        assert text.index("別紙 japan.csv") < text.index("別紙 global.csv")


def test_a_return_invoice_has_none(customer: Account) -> None:
    wish = ReturnWish(invoice_id=invoice_of(closed_bill(customer)).pk, amounts=None, reason="x")
    back = give_back(wish=wish, actor="staff", now=NOW)
    assert "SHA-256" not in text_of(render(invoice_id=back.pk, now=NOW))
