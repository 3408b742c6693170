"""A form of the staff that is sent twice is done once: a double click is no second grant."""

import secrets

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

NAME = "once"
KEPT = 24 * 60 * 60


def token() -> str:
    """What a form carries; it gets another one each time it is shown."""
    return secrets.token_urlsafe(16)


def is_repeated(request: HttpRequest) -> bool:
    """Say whether this very form was sent before, perhaps at this moment.

    To be asked once, before the act. Programs that send no token are taken as they are.
    """
    sent = request.POST.get(NAME, "")[:64]
    return bool(sent) and not cache.add(f"meisai.once.{sent}", True, timeout=KEPT)


def back(request: HttpRequest, page: str) -> HttpResponse:
    """Tell who sent it twice, and show what there is."""
    text = _("This form was sent twice and done once. To do the same again, open it anew.")
    messages.warning(request, text)
    return redirect(page)
