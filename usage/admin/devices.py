"""Devices and their histories. Points are set by intake and services, which lock the months."""

# ruff: noqa: ARG002 - Django gives the signatures

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from billing_portal.common.staff import KeptAdmin, ReadOnlyInline
from usage.models import (
    Device,
    DeviceLabel,
    DeviceOption,
    DeviceOwner,
    DevicePlan,
    DeviceStatus,
)
from usage.models.devices import DevicePoint


class PointInline(ReadOnlyInline):
    """The newest point first; `late through` says for which months it came too late."""

    value: tuple[str, ...]
    related: tuple[str, ...] = ()
    ordering = ("-since",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("since", *self.value, "recorded_at", "late_through")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("device", *self.related)


def _inline(
    point: type[DevicePoint], *value: str, related: tuple[str, ...] = ()
) -> type[PointInline]:
    attributes = {"model": point, "value": value, "related": related, "__module__": __name__}
    return type(f"{point.__name__}Inline", (PointInline,), attributes)


@admin.register(Device)
class DeviceAdmin(KeptAdmin):
    list_display = ("key", "kind", "coverage", "name", "owner")
    list_filter = ("kind", "coverage")
    search_fields = ("key", "name")
    fields = ("key", "kind", "coverage", "name")
    readonly_fields = ("key", "kind", "coverage")
    inlines = (
        _inline(DeviceOwner, "account", related=("account",)),
        _inline(DevicePlan, "plan", related=("plan",)),
        _inline(DeviceStatus, "status"),
        _inline(DeviceOption, "option", "enabled"),
        _inline(DeviceLabel, "tags", "group"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        owners = DeviceOwner.objects.filter(device=models.OuterRef("pk")).order_by("-since")
        latest = owners.values("account__key")[:1]
        devices = super().get_queryset(request)
        annotated: QuerySet[Any] = devices.annotate(last_owner=models.Subquery(latest))
        return annotated

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("last owner"))
    def owner(self, device: Any) -> str | None:
        return str(device.last_owner) if device.last_owner else None
