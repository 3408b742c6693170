"""Usage by HTTP: through the same door as files, with what became of each row."""

import csv
import tempfile
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import OperationalError
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_by
from accounts.api.callers import BearerKey, Caller, TokenPair, caller_of
from accounts.api.soracom import Soracom
from accounts.api.views import KeyView
from accounts.choices import Scope
from billing_portal.common import clock
from billing_portal.common.api.problems import TooLarge, Unavailable
from billing_portal.common.api.wire import body
from usage.choices import FileFormat
from usage.ingest.formats import format_named
from usage.ingest.intake import Intake, Order
from usage.ingest.outputs import FileReport
from usage.ingest.posted import BadBody, TooManyRows, lines
from usage.ingest.references import Within
from usage.metering.vocabulary import Outcome
from usage.selectors.health import imports_running
from usage.services.imports import Origin

MOST_ROWS = 10_000
MOST_BYTES = 16 << 20
"""Of one post, unpacked; larger ones go as files."""
COME_AGAIN = 3
"""Seconds."""


class UsageRecords(Soracom, KeyView):
    """`POST /v1/usage-records`: a JSON array, NDJSON or a batch of CloudEvents."""

    authentication_classes = (BearerKey, TokenPair)
    needs: ClassVar[Scope | None] = Scope.SEND_USAGE
    limit = "intake"

    def post(self, request: Request) -> Response:
        caller = caller_of(request)
        if imports_running(now=caller.now) >= settings.API_LIMITS["at_once"]:
            raise _busy()
        with tempfile.TemporaryDirectory(prefix="meisai-post-") as folder:
            rows, results = Path(folder) / "rows.ndjson", Path(folder) / "results.csv"
            _write(request, rows)
            try:
                report = _take(caller, Order(rows, results, name=f"API {caller.now:%FT%TZ}"))
            except OperationalError as error:  # others write for longer than we may wait
                raise _busy() from error
            return Response(_said(report, results))


def _write(request: Request, path: Path) -> None:
    """Keep the body as lines; nothing of it is stored unless all of it can be read."""
    pieces = body(request, limit=MOST_BYTES)
    kind = str(request.content_type or "").lower()
    try:
        with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
            file.writelines(lines(pieces, kind=kind, most=MOST_ROWS))
    except BadBody as error:
        raise ParseError(str(error)) from error
    except TooManyRows as error:
        raise TooLarge(str(error)) from error


def _take(caller: Caller, order: Order) -> FileReport:
    # What a key may send is the usage that its account could see.
    reach = access_by(
        caller.account, actor=caller.access.actor, scopes=[Scope.READ_USAGE], month=caller.month
    )
    intake = Intake(
        source=f"api:{caller.account.key}",
        form=format_named(FileFormat.NDJSON),
        origin=Origin(FileFormat.NDJSON.value, actor=caller.access.actor),
        clock=clock.now,
        references=Within(reach.usage),
    )
    (report,) = intake.take([order])
    if report.error:
        raise ParseError(report.error)
    return report


def _said(report: FileReport, results: Path) -> dict[str, Any]:
    with results.open(encoding="utf-8", newline="") as file:
        rows = [_row(line) for line in csv.DictReader(file)]
    return {
        "counts": {outcome.value: report.counts[outcome] for outcome in Outcome},
        "rows": sorted(rows, key=lambda row: row["row"]),
    }


def _row(line: dict[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {"row": int(line["line"]), "result": line["result"]}
    return said | ({"reason": line["reason"]} if line["reason"] else {})


def _busy() -> Unavailable:
    return Unavailable(_("Much usage is being taken in. Send it again in a moment."), COME_AGAIN)
