"""Counters of an account by interval."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.choices import BusinessModel
from billing_portal.common.api.reference import described
from billing_portal.common.periods import BadMonth, Month
from usage.api.pelion import answers, shapes
from usage.api.pelion.base import PelionView, asked, instant
from usage.api.pelion.packages import DESCENDING, PageQuery
from usage.metering.figures import Figures
from usage.metering.intervals import LONGEST, SHORTEST, BadInterval, Span, starts
from usage.selectors import statistics

TOTAL = "total_count"


@extend_schema_field({"type": "string", "pattern": "^[0-9]+(m|h|d|w|mo)$", "example": "1d"})
class SpanField(serializers.Field[Span, str, str, Any]):
    """5m, 2h, 3d, 4w, 1mo."""

    default_error_messages = {"required": _("Parameter missing.")}

    def to_internal_value(self, data: str) -> Span:
        try:
            return Span.parse(data)
        except BadInterval as error:
            raise serializers.ValidationError(str(error)) from error


class Query(PageQuery):
    """A range by its ends or by its length up to now, and how it is cut."""

    start = serializers.DateTimeField(required=False, default_timezone=UTC)
    end = serializers.DateTimeField(required=False, default_timezone=UTC)
    period = SpanField(required=False)
    interval = SpanField()
    include = serializers.CharField(required=False, default="", allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        ends = [name for name in ("start", "end") if name in attrs]
        if "period" in attrs and ends:
            text = _("Give either period, or start and end.")
            raise serializers.ValidationError(dict.fromkeys(ends, text))
        if "period" not in attrs and len(ends) < 2:
            lacking = {"start", "end"} - set(ends)
            raise serializers.ValidationError(
                {name: _("Parameter missing.") for name in sorted(lacking)}
            )
        return attrs


class Statistics(PelionView):
    """`GET /v3/billing-statistics`."""

    @described("Counters by interval", answers.Statistics, asks=Query)
    def get(self, request: Request) -> Response:
        caller, query = self.commercial(request), asked(Query, request)
        start, end = _range(query, caller.now)
        begins = starts(start=start, end=end, interval=query["interval"])
        order = begins[::-1] if query["order"] == DESCENDING else begins
        rest = order[_seen(order, query["after"]) :]
        page = rest[: query["limit"]]
        first, last = (min(page), max(page)) if page else (end, end)
        within = [at for at in begins if first <= at <= last]
        until = min(end, query["interval"].after(start, begins.index(last) + 1)) if page else end
        figures = statistics.series(
            account=caller.account, begins=within, end=until, slot=query["interval"].slot
        )
        by_start = dict(zip(within, figures, strict=True))
        calls = caller.account.business_model == BusinessModel.API_CALLS
        said: dict[str, Any] = {
            "object": "list",
            "after": query["after"],
            "data": [_record(at, by_start[at], calls=calls) for at in page],
            "has_more": len(rest) > len(page),
            "limit": query["limit"],
            "order": query["order"],
        }
        if TOTAL in query["include"].split(","):
            said[TOTAL] = len(begins)
        return Response(said)


def _range(query: dict[str, Any], now: datetime) -> tuple[datetime, datetime]:
    """The half-open range in whole seconds; raises ValidationError for one that is not allowed."""
    if "period" in query:
        end = now.replace(microsecond=0)
        start = query["period"].after(end, -1)
    else:
        start, end = _instant(query, "start"), _instant(query, "end")
        if not SHORTEST <= end - start <= LONGEST:
            text = _("The range can be from 5 minutes to 98 days.")
            raise serializers.ValidationError({"end": text})
    if query["interval"].after(start) > end:
        text = _("It must not be longer than the range.")
        raise serializers.ValidationError({"interval": text})
    return start, end


def _instant(query: dict[str, Any], name: str) -> datetime:
    """In whole seconds; raises ValidationError for one near the ends of the calendar."""
    try:
        found: datetime = query[name].astimezone(UTC).replace(microsecond=0)
        Month.of(found)
    except (BadMonth, OverflowError) as error:
        text = _("It is out of the calendar.")
        raise serializers.ValidationError({name: text}) from error
    return found


def _seen(order: list[datetime], after: str | None) -> int:
    """How many records come up to the one that was seen last."""
    if after is None:
        return 0
    ids = [_id(at) for at in order]
    if after.lower() not in ids:
        raise serializers.ValidationError({"after": _("There is no such record.")})
    return ids.index(after.lower()) + 1


def _record(at: datetime, figures: Figures, *, calls: bool) -> dict[str, Any]:
    return {
        "object": "billing-statistics",
        "id": _id(at),
        "timestamp": instant(at),
        **shapes.counters(figures, calls=calls),
    }


def _id(at: datetime) -> str:
    """Milliseconds since 1970, in hexadecimal."""
    return f"{int(at.timestamp()) * 1000:032x}"
