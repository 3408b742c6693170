"""Service packages, what is left of them, and what happened to them."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing_portal.common.api.reference import described
from usage.api.pelion import answers, shapes
from usage.api.pelion.base import PelionView, asked, instant
from usage.models import QuotaEntry
from usage.models.packages import OF_CAMPAIGNS
from usage.selectors import packages, quota_history

ASCENDING, DESCENDING = "ASC", "DESC"


class Packages(PelionView):
    """`GET /v3/service-packages`."""

    @described("Service packages: pending, active, previous", answers.Packages)
    def get(self, request: Request) -> Response:
        caller = self.commercial(request)
        found = packages.packages(account=caller.account, at=caller.now)
        return Response(
            {
                "object": "service-packages",
                "pending": shapes.pending(found.pending) if found.pending else None,
                "active": shapes.active(found.active) if found.active else None,
                "previous": [shapes.previous(one) for one in found.previous],
            }
        )


class Quota(PelionView):
    """`GET /v3/service-packages-quota`."""

    @described("Update tokens that are left", answers.QuotaLeft)
    def get(self, request: Request) -> Response:
        caller = self.commercial(request)
        quota = packages.quota(account=caller.account, at=caller.now)
        return Response({"object": "service-package-quota", "quota": quota.remaining})


class PageQuery(serializers.Serializer[dict[str, Any]]):
    """How lists are paged: `after` is the id of the last item that was seen."""

    limit = serializers.IntegerField(min_value=2, max_value=1000, required=False, default=50)
    after = serializers.RegexField(r"^[0-9a-fA-F]{32}$", required=False, default=None)
    order = serializers.CharField(required=False, default=ASCENDING, max_length=4)

    def validate_order(self, order: str) -> str:
        if order.upper() not in {ASCENDING, DESCENDING}:
            raise serializers.ValidationError(_("It can be ASC or DESC."))
        return order.upper()


class QuotaHistory(PelionView):
    """`GET /v3/service-packages-quota-history`."""

    @described("What happened to the quota", answers.QuotaHistory, asks=PageQuery)
    def get(self, request: Request) -> Response:
        caller, query = self.commercial(request), asked(PageQuery, request)
        try:
            page = quota_history.page(
                account=caller.account,
                limit=query["limit"],
                after=query["after"],
                descending=query["order"] == DESCENDING,
            )
        except QuotaEntry.DoesNotExist as error:
            raise serializers.ValidationError({"after": _("There is no such entry.")}) from error
        return Response(
            {
                "object": "service-package-quota-history",
                "after": query["after"],
                "data": [_entry(one) for one in page.entries],
                "has_more": page.has_more,
                "limit": query["limit"],
                "order": query["order"],
                "total_count": page.total,
            }
        )


def _entry(entry: QuotaEntry) -> dict[str, Any]:
    of_campaign = entry.reason in OF_CAMPAIGNS
    return {
        "id": entry.pk.hex,
        "added": instant(entry.at),
        "amount": entry.amount,
        "reason": entry.reason,
        "reservation": _reservation(entry) if of_campaign else None,
        "service_package": None if of_campaign else _package(entry),
    }


def _reservation(entry: QuotaEntry) -> dict[str, Any]:
    """A campaign is its own reservation."""
    assert entry.campaign is not None  # noqa: S101 - a constraint of the database
    return {
        "id": entry.campaign.pk.hex,
        "account_id": entry.account.key,
        "campaign_name": entry.campaign.name,
    }


def _package(entry: QuotaEntry) -> dict[str, Any]:
    one = entry.package
    return {
        "id": one.pk.hex,
        "previous_id": one.renews_id.hex if one.renews_id else None,
        "start_time": instant(one.starts_at),
        "expires": instant(one.ends_at),
        "firmware_update_count": one.quota,
    }
