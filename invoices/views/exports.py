"""Long downloads: how far they are, and the finished file."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from accounts.choices import JobState
from accounts.services import audit
from billing_portal.common import downloads, files
from billing_portal.common.dispatch import send
from invoices.selectors import exports as jobs
from invoices.services import exports
from invoices.tasks.exports import make
from invoices.views.visit import Visit, visited

REFRESH_SECONDS = 3
"""How often the page of an unfinished job asks again. A page without scripts, so by header."""


@require_GET
@visited
def job(visit: Visit, pk: int) -> HttpResponse:
    """How far is it? The page can be left and found again."""
    found = jobs.get(access=visit.access, pk=pk)
    unfinished = found.state in exports.UNFINISHED
    refreshing = unfinished and visit.request.GET.get("refresh") != "off"
    response = visit.page(
        "invoices/job.html",
        found.account,
        job=found,
        unfinished=unfinished,
        refreshing=refreshing,
        over=found.expires_at is not None and found.expires_at <= visit.now,
    )
    if refreshing:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@require_POST
@visited
def again(visit: Visit, pk: int) -> HttpResponse:
    """Try a failed job once more."""
    found = exports.try_again(job=jobs.get(access=visit.access, pk=pk), now=visit.now)
    send(make, job_id=found.pk)
    return redirect("job", found.pk)


@require_GET
@visited
def file(visit: Visit, pk: int) -> HttpResponse:
    """Give a finished job's file a fresh address that works for a few minutes."""
    found = jobs.get(access=visit.access, pk=pk)
    token = downloads.sign(
        kind=jobs.DETAIL_CSV, key=str(found.pk), seconds=settings.DOWNLOAD_SECONDS
    )
    return redirect("download", token)


@require_GET
@visited
def download(visit: Visit, token: str) -> HttpResponseBase:
    """Send the file of a signed address to people of the account, while both are valid."""
    try:
        kind, key = downloads.read(token)
    except downloads.Expired:
        return visit.page("invoices/expired.html", None, status=410)
    except downloads.Tampered as error:
        raise Http404 from error
    if kind != jobs.DETAIL_CSV:
        raise Http404
    found = jobs.get(access=visit.access, pk=int(key))
    if found.state != JobState.DONE or not found.stored_as:
        return redirect("job", found.pk)
    audit.record(
        actor=visit.person.email,
        action="detail-csv.download",
        now=visit.now,
        account_key=found.account.key,
        subject=found.file_name,
    )
    return FileResponse(
        files.open_file(found.stored_as),
        as_attachment=True,
        filename=found.file_name,
        content_type="text/csv; charset=utf-8",
    )
