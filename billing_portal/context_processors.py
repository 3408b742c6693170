"""What the frame of every page needs, customer and staff pages alike."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the navigation; `names` are the URL names that belong to it."""

    label: str | Promise
    url: str
    current: bool


_PLACES = (
    (_("Home"), "home", {"home"}),
    (_("Bills"), "bills", {"bills", "bill", "job", "download"}),
    (_("Invoices"), "invoices", {"invoices"}),
)


def portal(request: HttpRequest) -> dict[str, Any]:
    """Navigation and the switches of the admin's base templates. Costs no query."""
    match = request.resolver_match
    here = match.url_name if match else None
    places = [Entry(label, reverse(name), here in names) for label, name, names in _PLACES]
    return {
        "is_nav_sidebar_enabled": True,
        "has_permission": request.user.is_authenticated if hasattr(request, "user") else False,
        "site_title": _("Meisai"),
        "site_header": _("Meisai"),
        "places": places,
        "here": next((place.url for place in places if place.current), reverse("home")),
    }
