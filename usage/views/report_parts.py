"""What the pages of reports show, in words: API calls by their three groups, and tabs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing_portal.common.parts.shapes import Tab, Words
from billing_portal.common.periods import Month
from usage.metering.counters import API_CALLS, Group
from usage.metering.figures import Figures

GROUPS: dict[Group, Words] = {
    Group.TO_SERVICE: _("Device to service API calls"),
    Group.TO_DEVICE: _("Service to device API calls"),
    Group.INTEGRATION: _("Integration API calls"),
}
EVENTS: dict[str, Words] = {
    "registrations": _("Registrations"),
    "registration_updates": _("Registration updates"),
    "registration_deletes": _("Registration deletions"),
    "observations": _("Observations"),
    "est_requests": _("EST requests"),
    "proxy_responses": _("Proxy responses"),
    "bootstrap_requests": _("Bootstrap requests"),
    "proxy_requests": _("Proxy requests"),
    "subscriptions": _("Subscriptions"),
    "rest_api_requests_with_user_token": _("REST API requests with a user token"),
    "rest_api_requests_with_api_key_token": _("REST API requests with an API key"),
    "pelion_to_webapp_notifications": _("Notifications to web applications"),
}
TITLES: dict[str, Words] = {
    "summary": _("Summary"),
    "billing": _("Billing details"),
    "quota": _("Quota history"),
    "attributes": _("Attributes"),
}


@dataclass(frozen=True, slots=True)
class CallGroup:
    """One of the three sums, followed by what it is made of."""

    title: Words
    total: int
    events: Sequence[tuple[Words, int]]


def call_groups(figures: Figures) -> list[CallGroup]:
    """API calls as My billing shows them (B22)."""
    return [
        CallGroup(
            GROUPS[group],
            figures.sum_of(group),
            [(EVENTS[name], figures.calls.get(code, 0)) for code, name in meters.items()],
        )
        for group, meters in API_CALLS.items()
    ]


def tabs(names: Mapping[str, str], current: str, key: str, month: Month) -> list[Tab]:
    """The four views of an account in a report, each at its own address."""
    return [
        Tab(TITLES[tab], f"{reverse(name, args=[key])}?month={month.iso}", tab == current)
        for tab, name in names.items()
    ]
