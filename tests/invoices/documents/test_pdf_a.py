"""Every kind of document, in both languages, is PDF/A-3b with its fonts inside."""

import io

import pikepdf
import pytest
from pikepdf import pdfa

from invoices import pdf
from invoices.models import Invoice, Issuer
from invoices.services.documents.annexes import named
from tests.invoices.documents import kinds

pytestmark = pytest.mark.once
FONTS = {"BIZ-UDPGothic", "BIZ-UDGothic"}


def printed(invoice: Invoice) -> bytes:
    return pdf.render(
        invoice.snapshot, snapshot_hash=invoice.snapshot_hash, annexes=named(invoice=invoice)
    )


def fonts(data: bytes) -> set[str]:
    names = {
        str(font["/BaseFont"])
        for page in pikepdf.open(io.BytesIO(data)).pages
        for font in page.resources["/Font"].values()
    }
    return {name.partition("+")[2].removesuffix("-Bold") for name in names}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("kind", kinds.KINDS)
def test_it_is_pdf_a_with_its_fonts_inside(seller: Issuer, kind: str, language: str) -> None:
    data = printed(kinds.KINDS[kind](kinds.payer(language)))
    assert pdfa.validate_written(io.BytesIO(data), "3b").findings == []
    assert fonts(data) == FONTS
