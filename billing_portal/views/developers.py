"""What developers of programs need: how to begin, what holds everywhere, and the reference."""

from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

from accounts.api import schemes
from accounts.choices import Scope
from accounts.models import Account
from accounts.selectors.keys import of_account
from accounts.services.keys import working
from accounts.views.visit import Visit, visited
from billing_portal.common.api.wire import BODY_LIMIT
from usage.api.records import AT_ONCE_BYTES, AT_ONCE_ROWS
from usage.api.telit import MOST_COMMANDS

__all__ = ["developers", "openapi", "reference", "schemes"]

MIB = 1 << 20
KEY_ID = "keyId-…"
OPENS = {
    Scope.READ_USAGE: _("Usage reports, service packages, quota, the organisation report"),
    Scope.READ_BILLING: _("Bills, exports, coupons, discounts, documents and their payment"),
    Scope.CHANGE_PAYMENT: _("Orders, and changes of how the account pays"),
    Scope.SEND_USAGE: _("Usage records that your own systems send"),
}
A_MINUTE = {
    "read": _("Requests of one key to one address, each minute"),
    "export": _("Exports of one key, each minute"),
    "intake": _("Posts of usage by one key, each minute"),
    "sign_in": _("Sign-ins from one place, each minute"),
}


class Wrong(NamedTuple):
    """What a status means and calls for, and how the dialects name it."""

    status: int
    code: str
    kind: str
    what: Promise


MISTAKES = (
    Wrong(400, "invalid", "validation_error", _("Something that was sent is wrong: see message")),
    Wrong(401, "not_authenticated", "unauthorized", _("Sign in, or sign in again")),
    Wrong(403, "permission_denied", "forbidden", _("The key or the account may not do that")),
    Wrong(404, "not_found", "report_not_found", _("It does not exist, or is not final yet")),
    Wrong(413, "too_large", "too_large", _("Send it in parts")),
    Wrong(429, "throttled", "throttled", _("Send it again after the seconds of Retry-After")),
    Wrong(500, "internal_error", "internal_error", _("Our mistake; we have been told")),
)  # fmt: skip


@require_GET
@visited
def developers(visit: Visit) -> HttpResponse:
    """How do programs of ours come in?"""
    account = visit.account(visit.own)
    if account is None:
        title = {"title": now_("Developers")}
        return visit.page("generic/no_account.html", None, report=title)
    return visit.page(
        "portal/developers.html",
        account,
        among=visit.own,
        address=visit.request.build_absolute_uri("/").rstrip("/"),
        key_id=_key_id(visit, account),
        month=visit.month.previous,
        scopes=list(OPENS.items()),
        mistakes=MISTAKES,
        limits=_limits(),
    )


@require_GET
@visited
def reference(visit: Visit) -> HttpResponse:
    """What does each address take and answer?"""
    return visit.page("portal/reference.html", _account(visit))


@require_GET
@visited
def openapi(visit: Visit) -> HttpResponse:
    """The reference for tools: OpenAPI 3, in English, the same for everybody."""
    _account(visit)
    return HttpResponse(schema(), content_type="application/json")


@cache
def schema() -> bytes:
    """Made from the views once; it holds no data."""
    with override("en"):
        said = SchemaGenerator().get_schema(request=None, public=True)
        rendered: bytes = OpenApiJsonRenderer().render(said)
    return rendered


def _account(visit: Visit) -> Account:
    account = visit.account(visit.own)
    if account is None:
        raise Account.DoesNotExist
    return account


def _key_id(visit: Visit, account: Account) -> str:
    """The newest key that works, for those who manage keys; else a word in its place."""
    if account.pk not in visit.access.manage:
        return KEY_ID
    key = (of_account(account=account) & working(now=visit.now)).first()
    return key.public_id if key else KEY_ID


def _limits() -> list[tuple[Promise, int]]:
    """What is counted, and how much of it there may be, as this installation is set."""
    return [
        *((what, settings.API_LIMITS[name]) for name, what in A_MINUTE.items()),
        (_("Commands in one post of the Telit dialect"), MOST_COMMANDS),
        (_("Rows of usage that are answered at once; more become a job"), AT_ONCE_ROWS),
        (_("MiB of usage that are answered at once; more become a job"), AT_ONCE_BYTES // MIB),
        (_("MiB in one post of usage, unpacked"), settings.UPLOAD_LIMIT // MIB),
        (_("MiB in any other body, unpacked"), BODY_LIMIT // MIB),
        (_("Seconds for which the address of a file works"), settings.DOWNLOAD_SECONDS),
    ]
