"""Exports: an address of a file at once, or a job to ask after."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import Caller
from accounts.api.files import open_address
from accounts.choices import JobState, Reach
from accounts.exports.handing import JOB_FILE
from accounts.models import Job
from accounts.selectors import jobs as ordered
from accounts.services import jobs
from accounts.tasks.jobs import make
from billing_portal.common.api.reference import described
from billing_portal.common.dispatch import send
from invoices.api.soracom import answers
from invoices.api.soracom.base import MoneyView
from invoices.api.soracom.bills import BillsView
from invoices.exports.detail_job import DETAIL_CSV
from invoices.exports.handing import BILL_CSV, DOCUMENT, FILE_PREFIX
from invoices.models import Bill
from invoices.selectors import documents, months

SYNC, ASYNC = "sync", "async"
PREFIX = "fe_"


class Query(serializers.Serializer[dict[str, Any]]):
    """How the caller wants to get the file."""

    export_mode = serializers.ChoiceField(choices=[SYNC, ASYNC], default=SYNC)


class Export(BillsView):
    """The detail CSV of a bill; it is written when its address is asked for, or by a job."""

    limit: ClassVar[str] = "export"

    def export(self, request: Request, bill: Bill) -> Response:
        if mode_of(request) == ASYNC:
            return Response(accepted(f"{PREFIX}{order(self.caller, bill).pk}"))
        return Response({"url": address(request, self.caller, BILL_CSV, str(bill.pk))})


class OfMonth(Export):
    """`POST /bills/{yyyyMM}/export`."""

    @described("Export the CSV of a month", answers.Export, asks=Query, wrong=[404])
    def post(self, request: Request, month: str) -> Response:
        return self.export(request, self.bill_of(month).bill)


class Latest(Export):
    """`POST /bills/latest/export`."""

    @described("Export the CSV of the running month", answers.Export, asks=Query, wrong=[404])
    def post(self, request: Request) -> Response:
        bill = months.running(asked=self.asked)
        if bill is None:
            raise NotFound(_("The running month was not evaluated yet. Come again tomorrow."))
        return self.export(request, bill)


class Exported(MoneyView):
    """`GET /files/exported/{exported_file_id}`."""

    @described("An exported file", answers.ExportedFile, wrong=[404])
    def get(self, request: Request, file_id: str) -> Response:
        label = file_id.removeprefix(FILE_PREFIX).replace("\0", "")
        if label != file_id:
            documents.pdf(access=self.caller.access, label=label)
            url = address(request, self.caller, DOCUMENT, label)
            return Response({"status": "exported", "url": url})
        job = _job(self.caller, file_id)
        if job.state in jobs.UNFINISHED:
            return Response({"status": "processing"})
        if job.state != JobState.DONE or not job.stored_as:
            return Response({"status": "failed"})
        url = address(request, self.caller, JOB_FILE, str(job.pk))
        return Response({"status": "exported", "url": url})


def mode_of(request: Request) -> str:
    """Sync or async; raises ValidationError."""
    given = Query(data=request.query_params.dict())
    given.is_valid(raise_exception=True)
    return str(given.validated_data["export_mode"])


def address(request: Request, caller: Caller, kind: str, key: str) -> str:
    return open_address(request=request._request, caller=caller, kind=kind, key=key)


def accepted(file_id: str) -> dict[str, str]:
    return {"exportedFileId": file_id, "exportedFilePath": f"/files/exported/{file_id}"}


def order(caller: Caller, bill: Bill) -> Job:
    """Have the detail CSV of a bill made."""
    job = jobs.order(
        kind=DETAIL_CSV.name,
        reach=Reach.MONEY,
        account=caller.account,
        person=caller.person,
        program="" if caller.person else caller.access.actor,
        subject={"coverage": bill.coverage, "month": bill.month.iso},
        now=caller.now,
    )
    send(make, job_id=job.pk)
    return job


def _job(caller: Caller, file_id: str) -> Job:
    number = file_id.removeprefix(PREFIX)
    if not number.isdecimal() or len(number) > 18 or number == file_id:
        raise NotFound
    return ordered.get(access=caller.access, pk=int(number))
