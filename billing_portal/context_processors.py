"""What the frame of every page needs, customer and staff pages alike."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the navigation."""

    label: str | Promise
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Places under one heading; a place of its own has none."""

    label: str | Promise
    places: list[Entry]


_GROUPS = (
    ("", ((_("Home"), "home"),)),
    (
        _("Billing"),
        (
            (_("Bills"), "bills"),
            (_("Invoices"), "invoices"),
            (_("Payment settings"), "payment-settings"),
            (_("Plans"), "plans"),
        ),
    ),
    (
        _("Reports"),
        (
            (_("My billing"), "my-billing"),
            (_("Usage reports"), "usage-reports"),
            (_("Service package history"), "package-history"),
            (_("Organisation report"), "organisation-report"),
        ),
    ),
    ("", ((_("Devices"), "devices"),)),
    ("", ((_("Developers"), "developers"),)),
    ("", ((_("Settings"), "settings-profile"),)),
)
_BELONGS = {
    "bills": ("bills", "bill", "why", "job", "download"),
    "invoices": ("invoice",),
    "payment-settings": ("payment-",),
    "plans": ("plan",),
    "devices": ("device",),
    "my-billing": ("my-billing", "active-devices"),
    "usage-reports": ("usage-report",),
    "settings-profile": ("settings", "account_", "mfa_", "usersessions_"),
}
"""How the names of the addresses begin that belong to a place."""


def portal(request: HttpRequest) -> dict[str, Any]:
    """Navigation and the switches of the admin's base templates. Costs no query."""
    match = request.resolver_match
    name = (match.url_name if match else None) or ""
    groups = [Group(label, _entries(places, name)) for label, places in _GROUPS]
    current = [place.url for group in groups for place in group.places if place.current]
    return {
        "is_nav_sidebar_enabled": True,
        "has_permission": request.user.is_authenticated if hasattr(request, "user") else False,
        "site_title": _("Meisai"),
        "site_header": _("Meisai"),
        "groups": [group for group in groups if group.places],
        "here": current[0] if current else reverse("home"),
    }


def _entries(places: tuple[tuple[str | Promise, str], ...], name: str) -> list[Entry]:
    found = []
    for label, place in places:
        try:
            url = reverse(place)
        except NoReverseMatch:
            continue
        found.append(Entry(label, url, name.startswith(_BELONGS.get(place, (place,)))))
    return found
