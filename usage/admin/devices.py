"""Devices and their histories. Points are set by intake and services, which lock the months."""

# ruff: noqa: ARG002 - Django gives the signatures

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from billing_portal.common.staff import ReadOnlyInline
from usage.admin.recording import RecordingAdmin, in_utc, records_of
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

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Who sees a device sees its history: a point has no page of its own.
        return True

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("since_utc", *self.value, "recorded_utc", "late_through")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("since_utc", "recorded_utc")

    @admin.display(description=_("since"))
    def since_utc(self, point: DevicePoint) -> str:
        return in_utc(point.since)

    @admin.display(description=_("recorded at"))
    def recorded_utc(self, point: DevicePoint) -> str:
        return in_utc(point.recorded_at)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("device", *self.related)


def _inline(
    point: type[DevicePoint], *value: str, related: tuple[str, ...] = ()
) -> type[PointInline]:
    attributes = {"model": point, "value": value, "related": related, "__module__": __name__}
    return type(f"{point.__name__}Inline", (PointInline,), attributes)


@admin.register(Device)
class DeviceAdmin(RecordingAdmin):
    list_display = ("key", "kind", "coverage", "name", "owner")
    list_filter = ("kind", "coverage")
    search_fields = ("key", "name")
    readonly_fields = ("key", "kind", "coverage", "record_a_change")
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

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        columns = ("key", "kind", "coverage", "name")
        may_record = self.has_change_permission(request, obj)
        return (*columns, "record_a_change") if may_record else columns

    @admin.display(description=_("last owner"))
    def owner(self, device: Any) -> str | None:
        return str(device.last_owner) if device.last_owner else None

    @admin.display(description=_("record a change"))
    def record_a_change(self, device: Device) -> SafeString:
        return format_html_join(" · ", '<a href="{}">{}</a>', records_of(device))
