"""Long work: how far it is, and the finished file."""

from django.conf import settings
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from accounts.choices import JobState
from accounts.selectors import jobs
from accounts.services import audit
from accounts.services.handing import GIVERS
from accounts.services.jobs import KINDS, UNFINISHED, try_again
from accounts.tasks.jobs import make
from accounts.views.visit import Visit, visited
from billing_portal.common import downloads, files
from billing_portal.common.attachments import attachment
from billing_portal.common.dispatch import send

REFRESH_SECONDS = 3
"""How often the page of an unfinished job asks again. A page without scripts, so by header."""

JOB = "job"


@require_GET
@visited
def job(visit: Visit, pk: int) -> HttpResponse:
    """How far is it? The page can be left and found again."""
    found = jobs.get(access=visit.access, pk=pk)
    unfinished = found.state in UNFINISHED
    refreshing = unfinished and visit.request.GET.get("refresh") != "off"
    kind = KINDS[found.kind]
    response = visit.page(
        "accounts/job.html",
        found.account,
        job=found,
        kind=kind,
        about=kind.title(found),
        back=kind.back(found),
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
    found = try_again(job=jobs.get(access=visit.access, pk=pk), now=visit.now)
    send(make, job_id=found.pk)
    return redirect("job", found.pk)


@require_GET
@visited
def file(visit: Visit, pk: int) -> HttpResponse:
    """Give a finished job's file a fresh address that works for a few minutes."""
    found = jobs.get(access=visit.access, pk=pk)
    token = downloads.sign(kind=JOB, key=str(found.pk), seconds=settings.DOWNLOAD_SECONDS)
    return redirect("download", token)


@require_GET
@visited
def download(visit: Visit, token: str) -> HttpResponseBase:
    """Send the file of a signed address to people of the account, while both are valid."""
    try:
        kind, key = downloads.read(token)
    except downloads.Expired:
        return visit.page("accounts/expired.html", None, status=410)
    except downloads.Tampered as error:
        raise Http404 from error
    if kind != JOB:
        return _hand_over(visit, kind, key)
    found = jobs.get(access=visit.access, pk=int(key))
    if found.state != JobState.DONE or not found.stored_as:
        return redirect("job", found.pk)
    audit.record(
        actor=visit.person.email,
        action=f"{found.kind}.download",
        now=visit.now,
        account_key=found.account.key if found.account else "",
        subject=found.file_name,
    )
    return FileResponse(
        files.open_file(found.stored_as),
        as_attachment=True,
        filename=found.file_name,
        content_type=KINDS[found.kind].content_type,
    )


def _hand_over(visit: Visit, kind: str, key: str) -> HttpResponseBase:
    """Send a file that is no result of a job, to whom its giver allows it."""
    if kind not in GIVERS:
        raise Http404
    gift = GIVERS[kind](access=visit.access, key=key)
    audit.record(
        actor=visit.person.email,
        action=gift.action,
        now=visit.now,
        account_key=gift.account_key,
        subject=gift.name,
    )
    return attachment(gift.pieces, name=gift.name, content_type=gift.content_type)
