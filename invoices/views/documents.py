"""Invoices and their PDFs."""

from django.http import FileResponse, HttpResponse
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from accounts.services import audit
from accounts.views.visit import Visit, visited
from billing_portal.common import files
from invoices.selectors import documents
from invoices.tables.documents import InvoiceTable
from invoices.views.bills import no_billing

INVOICES_ON_A_PAGE = 25


@require_GET
@visited
def invoices(visit: Visit) -> HttpResponse:
    """Which documents are there, and where is the one from …?"""
    account = visit.account(visit.payers)
    if account is None:
        return no_billing(visit)
    papers = documents.papers(access=visit.access, account=account)
    table = InvoiceTable(papers)
    RequestConfig(visit.request, paginate={"per_page": INVOICES_ON_A_PAGE}).configure(table)
    return visit.page(
        "invoices/invoices.html", account, among=visit.payers, papers=papers, table=table
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
