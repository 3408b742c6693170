"""Invoices and their PDFs."""

from django.http import FileResponse
from django.views.decorators.http import require_GET

from accounts.services import audit
from accounts.views.report import report_view
from accounts.views.visit import Visit, visited
from billing_portal.common import files
from invoices.exports.documents import INVOICES
from invoices.selectors import documents

invoices = report_view(
    INVOICES,
    template="invoices/invoices.html",
    among="payers",
    nobody="accounts/no_billing.html",
)


@require_GET
@visited
def pdf(visit: Visit, label: str) -> FileResponse:
    """Send the PDF of an invoice, byte by byte as it was made."""
    document = documents.pdf(access=visit.access, label=label)
    audit.record(
        actor=visit.person.email,
        action="invoice.download",
        now=visit.now,
        account_key=document.invoice.account.key,
        subject=label,
    )
    return FileResponse(
        files.open_file(document.stored_as),
        as_attachment=True,
        filename=f"{label}.pdf",
        content_type="application/pdf",
    )
