"""Invoices and their PDFs."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.choices import Reach
from accounts.models import Account
from accounts.services import audit, jobs
from accounts.tasks.jobs import make
from accounts.views.report import report_view
from accounts.views.visit import Visit, visited
from billing_portal.common import files
from billing_portal.common.dispatch import send
from billing_portal.common.reports.listing import Listing
from invoices.exports import archive as exports
from invoices.exports.documents import INVOICES
from invoices.selectors import documents
from invoices.selectors.receivables import balances
from invoices.selectors.settings import today


def _extra(visit: Visit, account: Account, _listing: Listing) -> dict[str, Any]:
    day = today(now=visit.now)
    return {"balances": balances(access=visit.access, account=account, today=day)}


invoices = report_view(
    INVOICES,
    extra=_extra,
    template="invoices/invoices.html",
    among="payers",
    nobody="accounts/no_billing.html",
)


@require_POST
@visited
def archive(visit: Visit) -> HttpResponse:
    """Have all documents that were found made into one ZIP, and lead to how far it is."""
    account = visit.account(visit.payers)
    if account is None:
        raise Http404
    query = visit.request.GET.urlencode()
    job = jobs.order(
        kind=exports.NAME,
        reach=Reach.MONEY,
        account=account,
        person=visit.person,
        subject=exports.subject(
            query=query, back=f"{reverse('invoices')}?{query}", person_id=visit.person.pk
        ),
        now=visit.now,
    )
    send(make, job_id=job.pk)
    return redirect("job", job.pk)


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
