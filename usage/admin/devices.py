"""Devices: what holds for them at present, and all that was ever recorded of them.

Points are set by intake and services, which lock the months.
"""

# ruff: noqa: ARG002 - Django gives the signatures

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from billing_portal.common import clock
from billing_portal.common.staff import Inline, link, typed_text
from usage.admin.bulk import BulkAdmin
from usage.admin.recording import RecordingAdmin, records_of
from usage.models import Device, DeviceIdentifier, DeviceNow
from usage.selectors import device_page
from usage.selectors.searching import folded
from usage.services.devices import present
from usage.views.events import events, in_utc


class IdentifierInline(Inline):
    model = DeviceIdentifier
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Who sees a device sees its numbers, and who changes it changes them.
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("usage.change_device"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("usage.change_device"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("usage.change_device"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("device")


@admin.register(Device)
class DeviceAdmin(BulkAdmin, RecordingAdmin):
    list_display = ("key", "kind", "coverage", "name", "status", "account", "plan", "group")
    list_select_related = ("present__account", "present__plan")
    list_filter = (
        typed_text("account", _("account"), "present__account__key"),
        "present__status",
        "kind",
        "coverage",
        "present__plan",
    )
    # By anything else 200,000 devices would be sorted for each page: filter instead.
    sortable_by = ("key",)
    search_fields = ("key",)
    search_help_text = _("A part of the id, the name, another number, the group, or tag=value")
    readonly_fields = ("key", "kind", "coverage", "at_present", "record_a_change", "timeline")
    inlines = (IdentifierInline,)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        for word in search_term.replace("\0", " ").split():
            queryset = queryset.filter(present__search__contains=folded(word))
        return queryset, False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        own = ["key", "kind", "coverage", "name", "definition", "report_type"]
        may_record = self.has_change_permission(request, obj)
        now = ["at_present", *(["record_a_change"] if may_record else [])]
        return (
            (None, {"fields": own}),
            (_("At present"), {"fields": now}),
            (_("History"), {"fields": ["timeline"], "classes": ["whole"]}),
        )

    @admin.display(description=_("status"))
    def status(self, device: Device) -> str:
        now = _present(device)
        return now.get_status_display() if now and now.status else "-"

    @admin.display(description=_("account"))
    def account(self, device: Device) -> SafeString | str:
        now = _present(device)
        if now is None or now.account is None:
            return "-"
        return link(now.account.key, "accounts_account_change", now.account_id)

    @admin.display(description=_("plan"))
    def plan(self, device: Device) -> str:
        now = _present(device)
        return str(now.plan) if now and now.plan else "-"

    @admin.display(description=_("group"))
    def group(self, device: Device) -> str:
        now = _present(device)
        return now.group if now and now.group else "-"

    @admin.display(description=_("at present"))
    def at_present(self, device: Device) -> SafeString:
        """All that holds now, as lists and searches have it."""
        now = _present(device)
        if now is None:
            return SafeString("-")
        tags = ", ".join(f"{name}={value}" for name, value in sorted(now.tags.items()))
        since = f" ({in_utc(now.status_since)})" if now.status_since else ""
        rows = [
            (_("account"), self.account(device)),
            (_("status"), f"{self.status(device)}{since}"),
            (_("plan"), self.plan(device)),
            (_("options"), ", ".join(now.options) or "-"),
            (_("tags"), tags or "-"),
            (_("group"), now.group or "-"),
        ]
        lines = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", rows)
        return format_html_join("", '<dl class="facts">{}</dl>', [(lines,)])

    @admin.display(description=_("all that was recorded"))
    def timeline(self, device: Device) -> SafeString:
        points = device_page.whole_history(device_id=device.pk)
        shown = events(points, now=clock.now(), whole=True)
        found = {"events": shown, "label": _("history of the device")}
        return SafeString(render_to_string("includes/timeline.html", found))

    @admin.display(description=_("record a change"))
    def record_a_change(self, device: Device) -> SafeString:
        return format_html_join(" · ", '<a href="{}">{}</a>', records_of(device))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        # As every writer of a device does, before its row for lists is brought in step.
        Device.objects.select_for_update().get(pk=obj.pk)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        present.refresh(device_ids=[form.instance.pk], now=clock.now())


def _present(device: Device) -> DeviceNow | None:
    """What holds for a device now; every device has it, once it is brought in step."""
    return getattr(device, "present", None)
