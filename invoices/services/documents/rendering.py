"""Rendering: from a snapshot to a stored PDF. Safe to run twice and at the same time."""

from datetime import datetime

from django.db import transaction

from billing_portal.common import files
from billing_portal.common.checkpoints import reached
from billing_portal.common.files import Stored
from invoices import pdf
from invoices.choices import RenderState
from invoices.models import DocumentFile, Invoice, Rendering
from invoices.services.documents import annexes, news

KIND = "pdf"


class RenderedOtherwise(RuntimeError):
    """The document has a PDF already, and made again it would be another one."""


def render(*, invoice_id: int, now: datetime) -> DocumentFile:
    """Make the PDF of an invoice, store it, note that it is done, and tell the account's people.

    The file is stored before the row that names it. Made again it has the same bytes and takes the
    place of the first, so that a lost file comes back this way. Raises AnnexMissing, and
    RenderedOtherwise where another version of the renderer would change a document that has a PDF.
    """
    invoice = Invoice.objects.select_related("account").get(pk=invoice_id)
    reached("render.before")
    named = annexes.named(invoice=invoice)
    data = pdf.render(invoice.snapshot, snapshot_hash=invoice.snapshot_hash, annexes=named)
    stored = files.put(KIND, data, suffix="pdf")
    reached("render.file")
    with transaction.atomic():
        file, is_first = _record(invoice, stored, now)
        Rendering.objects.filter(invoice=invoice).update(
            state=RenderState.DONE, error="", lease_owner="", lease_until=None
        )
        if is_first:
            news.tell(file=file, now=now)
    reached("render.done")
    return file


def _record(invoice: Invoice, stored: Stored, now: datetime) -> tuple[DocumentFile, bool]:
    """The row of the PDF, and whether it is the first one of this document."""
    made_with = pdf.made_with(invoice.snapshot)
    file, is_first = DocumentFile.objects.get_or_create(
        invoice=invoice,
        defaults={
            "sha256": stored.sha256,
            "size": stored.size,
            "stored_as": stored.name,
            "made_with": made_with,
            "made_at": now,
        },
    )
    if file.sha256 != stored.sha256:
        raise RenderedOtherwise(
            f"{invoice.label} was made with {file.made_with!r} and would differ with {made_with!r}."
        )
    return file, is_first
