"""The base of the dialect: its errors, who may ask, and how it writes instants."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import exceptions, serializers, status
from rest_framework.request import Request
from structlog.contextvars import get_contextvars

from accounts.api.callers import BearerKey, Caller, caller_of
from accounts.api.views import KeyView
from accounts.choices import Scope
from billing_portal.common.api.problems import Problem
from billing_portal.common.api.views import DialectView, Unknown
from billing_portal.common.periods import BadMonth, Month
from usage.api.pelion.answers import PelionProblem
from usage.selectors import reports

TYPES = {400: "validation_error", 401: "unauthorized", 403: "forbidden", 500: "internal_error"}
"""By status, as the definition has them; others keep our own name."""


class ReportNotFound(exceptions.APIException):
    """There is no report of the month: it is running, still to come, or not made yet."""

    status_code = status.HTTP_404_NOT_FOUND
    default_code = "report_not_found"


class Pelion(DialectView):
    """Errors as the dialect has them."""

    topic = "Billing API (Pelion)"
    problem = PelionProblem

    def say(self, problem: Problem) -> dict[str, Any]:
        said: dict[str, Any] = {
            "object": "error",
            "code": problem.status,
            "type": TYPES.get(problem.status, problem.code),
            "message": problem.message,
            "request_id": str(get_contextvars().get("request_id", "")),
        }
        if problem.status == status.HTTP_400_BAD_REQUEST:
            fields = problem.fields or {"body": problem.message}
            said["message"] = _("One of the request fields has failed validation.")
            said["fields"] = [{"name": name, "message": text} for name, text in fields.items()]
        return said


class NoSuchAddress(Pelion, Unknown):
    """Every other address of the dialect."""


class PelionView(Pelion, KeyView):
    """An address for the keys of commercial accounts: those that are billed themselves."""

    authentication_classes = (BearerKey,)
    needs: ClassVar[Scope | None] = Scope.READ_USAGE

    def commercial(self, request: Request, month: Month | None = None) -> Caller:
        """Who asks; raises PermissionDenied for an account that somebody else is billed for."""
        caller = caller_of(request)
        if not reports.pays(account=caller.account, month=month or caller.month):
            raise exceptions.PermissionDenied(_("Account is not a commercial account."))
        return caller


@extend_schema_field({"type": "string", "example": "2026-10"})
class MonthField(serializers.Field[Month, str, str, Any]):
    """YYYY-MM."""

    default_error_messages = {"required": _("Parameter missing.")}

    def to_internal_value(self, data: str) -> Month:
        try:
            if "-" not in data:
                raise BadMonth(data)
            return Month.parse(data)
        except BadMonth as error:
            raise serializers.ValidationError(_("Write the month as YYYY-MM.")) from error


def asked(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The parameters of a query, each checked; others are passed over."""
    given = serializer(data=request.query_params.dict())
    given.is_valid(raise_exception=True)
    values: dict[str, Any] = given.validated_data
    return values


def instant(when: datetime) -> str:
    """2026-10-31T23:59:59.999Z: milliseconds, cut and not rounded."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03}Z"
