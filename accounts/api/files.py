"""Files for programs: a signed address that works for a few minutes, without any header.

Who has the address has the file; so it is made for one file and one key or person, and dies with
its time, with the key, or with the role of the person.
"""

import json

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import access_by
from accounts.api.callers import Caller, is_let_in
from accounts.models import Account
from accounts.services import audit, limits
from accounts.services.handing import GIVERS
from billing_portal.common import clock, downloads
from billing_portal.common.attachments import attachment
from billing_portal.common.periods import Month

OPEN = "file"


def open_address(*, request: HttpRequest, caller: Caller, kind: str, key: str) -> str:
    """Return the whole address of a file that one of the GIVERS has."""
    who = [caller.account.pk, caller.name, caller.access.actor, *sorted(caller.scopes)]
    token = downloads.sign(
        kind=OPEN, key=json.dumps([kind, key, *who]), seconds=settings.DOWNLOAD_SECONDS
    )
    return request.build_absolute_uri(reverse("api-file", args=[token]))


@login_not_required
@require_GET
def open_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send the file of an address, to whoever has it."""
    try:
        kind, text = downloads.read(token)
    except downloads.Expired:
        return _no(410, "expired", _("This address has expired. Ask for a new one."))
    except downloads.Tampered:
        return _nothing()
    return _send(*json.loads(text)) if kind == OPEN else _nothing()


def _send(
    kind: str, key: str, account_id: int, name: str, actor: str, *scopes: str
) -> HttpResponseBase:
    now = clock.now()
    if not is_let_in(name=name, account_id=account_id, now=now):
        return _nothing()
    if seconds := limits.wait(who=name, what=OPEN, most=settings.API_LIMITS["export"], now=now):
        busy = _no(429, "throttled", _("Too many files in one minute. Come again later."))
        busy["Retry-After"] = str(seconds)
        return busy
    try:
        account = Account.objects.get(pk=account_id)
        access = access_by(account, actor=actor, scopes=scopes, month=Month.of(now))
        gift = GIVERS[kind](access=access, key=key)
    except (ObjectDoesNotExist, KeyError):
        return _nothing()
    audit.record(
        actor=access.actor, action=gift.action, now=now, account_key=gift.account_key,
        subject=gift.name,
    )  # fmt: skip
    response = attachment(gift.pieces, name=gift.name, content_type=gift.content_type)
    response["Cache-Control"] = "no-store"
    return response


def _nothing() -> JsonResponse:
    return _no(404, "not_found", _("There is no such file."))


def _no(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)
