"""Figures, quota events and packages as the dialect writes them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from billing_portal.common.periods import Month
from usage.api.pelion.base import instant
from usage.choices import PackageStage
from usage.metering.counters import API_CALLS, Group
from usage.metering.figures import Figures
from usage.models import QuotaEntry, ServicePackage

LAST_MILLISECOND = timedelta(milliseconds=1)
COUNTED: dict[Group, str] = {
    Group.TO_SERVICE: "device_to_pelion_messages",
    Group.TO_DEVICE: "pelion_to_device_messages",
}


def counters(figures: Figures, *, calls: bool) -> dict[str, Any]:
    """Counters of an account; those of API calls only where it is billed by them."""
    # Meisai knows no Secure Device Access, and so no token of it.
    said: dict[str, Any] = {
        "active_devices": figures.active_devices,
        "firmware_updates": figures.firmware_updates,
        "sda_tokens": 0,
    }
    return said | _calls(figures) if calls else said


def billing_data(figures: Figures, *, calls: bool, month: Month, made_at: Any) -> dict[str, Any]:
    return {
        "generated": instant(made_at),
        "period_start": instant(month.start),
        "period_end": instant(month.end - LAST_MILLISECOND),
        **counters(figures, calls=calls),
    }


def usage_of_quota(entries: Sequence[QuotaEntry]) -> list[dict[str, Any]]:
    return [
        {
            "amount": entry.amount,
            "campaign_name": entry.campaign.name if entry.campaign else None,
            "time": instant(entry.at),
            "type": entry.reason,
        }
        for entry in entries
    ]


def package(one: ServicePackage) -> dict[str, Any]:
    """What every package has. `previous_id` is text or null; see `pending`."""
    return {
        "id": one.pk.hex,
        "created": instant(one.created_at),
        "modified": instant(one.modified_at),
        "start_time": instant(one.starts_at),
        "expires": instant(one.ends_at),
        "firmware_update_count": one.quota,
        "previous_id": one.renews_id.hex if one.renews_id else None,
    }


def pending(one: ServicePackage) -> dict[str, Any]:
    """The definition has text here even for the first package, which follows none."""
    said = package(one)
    return said | {"previous_id": said["previous_id"] or ""}


def active(one: ServicePackage) -> dict[str, Any]:
    return package(one) | {"next_id": _next(one), "grace_period": False}


def previous(one: ServicePackage) -> dict[str, Any]:
    renewed = one.stage == PackageStage.RENEWED or _next(one) is not None
    return package(one) | {
        "next_id": _next(one),
        "end_time": instant(one.ends_at),
        "reason": "renewed" if renewed else "terminated",
    }


def _next(one: ServicePackage) -> str | None:
    found: ServicePackage | None = getattr(one, "renewal", None)
    return found.pk.hex if found is not None else None


def _calls(figures: Figures) -> dict[str, Any]:
    said: dict[str, Any] = {
        name: figures.calls.get(code, 0) for code, name in API_CALLS[Group.INTEGRATION].items()
    }
    for group, name in COUNTED.items():
        parts = {part: figures.calls.get(code, 0) for code, part in API_CALLS[group].items()}
        said[name] = {"total_count": figures.sum_of(group), **parts}
    return said
