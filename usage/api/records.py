"""Usage by HTTP: through the same door as files, with what became of each row."""

import csv
import tempfile
from dataclasses import replace
from itertools import starmap
from operator import itemgetter
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import IntegrityError, OperationalError
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import BearerKey, Caller, TokenPair, caller_of
from accounts.api.files import open_address
from accounts.api.soracom import Soracom
from accounts.api.views import KeyView
from accounts.choices import JobState, Reach, Scope
from accounts.exports.handing import JOB_FILE
from accounts.models import Job
from accounts.selectors import jobs
from accounts.services.jobs import UNFINISHED, order
from accounts.tasks.jobs import make
from billing_portal.common import clock, files
from billing_portal.common.api.problems import TooLarge, Unavailable
from billing_portal.common.api.reference import described
from billing_portal.common.api.wire import body
from billing_portal.common.dispatch import send
from usage.api.answers import RECORDS, Taken, TakenLater
from usage.choices import FileFormat
from usage.ingest.formats import format_named
from usage.ingest.intake import Intake, Order
from usage.ingest.outputs import FileReport
from usage.ingest.posted import BadBody, TooManyRows, lines
from usage.ingest.references import Within
from usage.metering.vocabulary import Outcome
from usage.selectors.health import imports_running
from usage.services import imports
from usage.services.imports import Origin
from usage.services.records import ReferencesMoved

AT_ONCE_ROWS = 10_000
AT_ONCE_BYTES = 16 << 20
"""What is taken in while the program waits; more than that is a job."""
MOST_ROWS = 20_000_000
MOST_JOBS = 10
"""Of one account that wait."""
COME_AGAIN = 3
"""Seconds."""
PASSING = (OperationalError, IntegrityError, ReferencesMoved)
"""What goes by: others write for longer than we may wait, or change again and again what rows
refer to.
"""


class RecordsView(Soracom, KeyView):
    """An address about usage that is sent."""

    topic = "Sending usage"
    authentication_classes = (BearerKey, TokenPair)
    needs: ClassVar[Scope | None] = Scope.SEND_USAGE


class UsageRecords(RecordsView):
    """`POST /v1/usage-records`: a JSON array, NDJSON or a batch of CloudEvents."""

    limit = "intake"

    @described("Send usage", Taken, also={202: TakenLater}, takes=RECORDS)
    def post(self, request: Request) -> Response:
        caller = caller_of(request)
        if imports_running(now=caller.now) >= settings.API_LIMITS["at_once"]:
            raise _busy()
        with tempfile.TemporaryDirectory(prefix="meisai-post-") as folder:
            rows, results = Path(folder) / "rows.ndjson", Path(folder) / "results.csv"
            count = _write(request, rows)
            if count > AT_ONCE_ROWS or rows.stat().st_size > AT_ONCE_BYTES:
                job = _ordered(caller, rows)
                said = _state(request, caller, job)
                return Response(
                    said, status=status.HTTP_202_ACCEPTED, headers={"Location": said["address"]}
                )
            try:
                report = _take(caller, Order(rows, results, name=_name(caller)))
            except PASSING as error:
                raise _busy() from error
            return Response(_said(report, results))


class UsageRecordsJob(RecordsView):
    """`GET /v1/usage-records/{id}`: what became of a large post."""

    @described("What became of a large post", TakenLater, wrong=[404])
    def get(self, request: Request, pk: int) -> Response:
        caller = caller_of(request)
        job = jobs.of_account(account=caller.account, kind=imports.JOB).get(pk=pk)
        return Response(_state(request, caller, job))


def _write(request: Request, path: Path) -> int:
    """Keep the body as lines and count them; nothing is stored unless all of it can be read."""
    pieces = body(request, limit=settings.UPLOAD_LIMIT)
    kind, count = str(request.content_type or "").lower(), 0
    try:
        with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
            for line in lines(pieces, kind=kind, most=MOST_ROWS):
                file.write(line)
                count += 1
    except BadBody as error:
        raise ParseError(str(error)) from error
    except TooManyRows as error:
        raise TooLarge(str(error)) from error
    return count


def _ordered(caller: Caller, rows: Path) -> Job:
    """Have the rows taken in by a worker. Who posts the same again gets the job under way."""
    waiting = jobs.of_account(account=caller.account, kind=imports.JOB)
    if waiting.filter(state__in=UNFINISHED).count() >= MOST_JOBS:
        raise _busy()
    stored = files.put_path(imports.UPLOADS, rows, suffix=".ndjson")
    job = order(
        kind=imports.JOB,
        reach=Reach.USAGE,
        account=caller.account,
        person=caller.person,
        program="" if caller.person else caller.access.actor,
        subject={
            "source": _source(caller),
            "format": FileFormat.NDJSON.value,
            "country": "",
            "profile": "",
            "files": [["API", stored.name]],
        },
        now=caller.now,
    )
    send(make, job_id=job.pk)
    return job


def _state(request: Request, caller: Caller, job: Job) -> dict[str, Any]:
    said: dict[str, Any] = {
        "address": request.build_absolute_uri(reverse("intake:job", args=[job.pk])),
        "status": "processing" if job.state in UNFINISHED else job.state,
        "percent": job.percent,
    }
    if job.state == JobState.FAILED:
        said["reason"] = job.error
    if job.state == JobState.DONE:
        said["counts"] = job.result["counts"]
        if job.stored_as:
            # The results are of what this account sent, whatever else its key may see.
            sender = replace(caller, scopes=frozenset({Scope.READ_USAGE.value}))
            said["url"] = open_address(
                request=request._request, caller=sender, kind=JOB_FILE, key=str(job.pk)
            )
    return said


def _take(caller: Caller, order: Order) -> FileReport:
    intake = Intake(
        source=_source(caller),
        form=format_named(FileFormat.NDJSON),
        origin=Origin(FileFormat.NDJSON.value, actor=caller.access.actor),
        clock=clock.now,
        references=Within(caller.account.pk, month=caller.month),
    )
    (report,) = intake.take([order])
    if report.error:
        raise ParseError(report.error)
    return report


def _said(report: FileReport, results: Path) -> dict[str, Any]:
    with results.open(encoding="utf-8", newline="") as file:
        _head, *lines = csv.reader(file)
    return {
        "counts": {outcome.value: report.counts[outcome] for outcome in Outcome},
        "rows": sorted(starmap(_row, lines), key=itemgetter("row")),
    }


def _row(line: str, result: str, reason: str) -> dict[str, Any]:
    said: dict[str, Any] = {"row": int(line), "result": result}
    return said | {"reason": reason} if reason else said


def _source(caller: Caller) -> str:
    """Event ids are those of the account, whichever of its keys they come by."""
    return f"api:{caller.account.key}"


def _name(caller: Caller) -> str:
    return f"API {caller.now:%Y-%m-%dT%H:%M:%SZ}"


def _busy() -> Unavailable:
    return Unavailable(_("Much usage is being taken in. Send it again in a moment."), COME_AGAIN)
