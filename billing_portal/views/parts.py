"""All shared parts of the pages in all their states, for those who build and check pages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from billing_portal.common import clock
from billing_portal.common.parts import samples
from billing_portal.common.parts.forms import keep_typed
from billing_portal.common.parts.months import chosen
from billing_portal.common.parts.shapes import Switch, Tab
from billing_portal.common.periods import Month

LOOKS = ("", "light", "dark")


@require_GET
def parts(request: HttpRequest) -> HttpResponse:
    """Show every part; people who are not staff find nothing here."""
    if not getattr(request.user, "is_staff", False):
        raise Http404
    look = request.GET.get("look", "")
    if look not in LOOKS:
        raise Http404
    table = samples.table(request.GET)
    running = Month.of(clock.now())
    context = samples.states() | {
        "title": _("Parts of the pages"),
        "look": look,
        "looks": [
            Tab(label, f"?look={name}" if name else reverse("parts"), look == name)
            for label, name in ((_("As set"), ""), (_("Light"), "light"), (_("Dark"), "dark"))
        ],
        "months": chosen(request.GET.get("month"), first=running.plus(-23), last=running),
        "switches": _switches(request),
        "table": table,
        "sizes": (25, 50, 100),
        "form": samples.Filters(request.GET or None),
        "wrong": keep_typed(samples.Filters(samples.WRONG, auto_id="wrong_%s")),
    }
    return render(request, "portal/parts.html", context)


def _switches(request: HttpRequest) -> list[Switch]:
    coverage = request.GET.get("coverage", "japan")
    query = request.GET.copy()
    found: list[Any] = []
    for name, label in (("japan", _("Japan")), ("global", _("Global"))):
        query["coverage"] = name
        found.append(Switch(label, f"?{query.urlencode()}", coverage == name))
    return found
