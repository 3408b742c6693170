"""What was taken in, and the gate between intake and close."""

# ruff: noqa: ARG002 - Django gives the signatures

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from billing_portal.common import files
from billing_portal.common.staff import ReadOnlyAdmin, names_of
from usage.admin.feeds import UploadingAdmin
from usage.metering.eventids import EventIdRule
from usage.models import AccountMonth, Import, Source


@admin.register(Source)
class SourceAdmin(ReadOnlyAdmin):
    list_display = ("name", "event_ids")
    search_fields = ("name",)
    fields = ("name", "event_ids")
    readonly_fields = ("event_ids",)

    @admin.display(description=_("event id"))
    def event_ids(self, row: Source) -> str:
        return str(EventIdRule.read(row.event_id_rule) or "-")


@admin.register(Import)
class ImportAdmin(UploadingAdmin):
    list_display = (
        "file_name",
        "source",
        "read_by",
        "state",
        "started_at",
        "accepted",
        "duplicate",
        "conflict",
        "rejected",
        "late",
        "skipped",
        "actor",
    )
    list_filter = ("state", "format", "source", "started_at")  # a hierarchy reads all rows
    list_select_related = ("source",)
    search_fields = ("file_name", "actor")
    fields = (*names_of(Import, "rejected_file", "lease_owner", "lease_until"), "rejected_rows")
    readonly_fields = ("rejected_rows",)

    @admin.display(description=_("read by"), ordering="format")
    def read_by(self, row: Import) -> str:
        return row.profile or row.get_format_display()

    @admin.display(description=_("rejected rows"))
    def rejected_rows(self, row: Import) -> str:
        if not row.rejected_file:
            return "-"
        page = reverse("admin:usage_import_rejected", args=[row.pk])
        return format_html('<a href="{}">{}</a>', page, _("Download the rejected rows"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.rejected_view)
        upload = self.admin_site.admin_view(self.upload_view)
        own = [
            path("<int:pk>/rejected/", view, name="usage_import_rejected"),
            path("upload/", upload, name="usage_import_upload"),
        ]
        return [*own, *super().get_urls()]

    def rejected_view(self, request: HttpRequest, pk: int) -> FileResponse:
        """Send the rows that were not taken in, each with its reason."""
        if not self.has_view_permission(request):
            raise Http404
        row = get_object_or_404(Import.objects.exclude(rejected_file=""), pk=pk)
        suffix = row.rejected_file.rpartition(".")[2]
        try:
            file = files.open_file(row.rejected_file)
        except FileNotFoundError as error:
            raise Http404 from error
        return FileResponse(file, as_attachment=True, filename=f"rejected-{row.pk}.{suffix}")


class HasLateFacts(admin.SimpleListFilter):
    title = _("late facts")
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Has late facts")), ("no", _("Has none"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "yes":
                return queryset.filter(late_facts__gt=0)
            case "no":
                return queryset.filter(late_facts=0)
        return queryset


@admin.register(AccountMonth)
class AccountMonthAdmin(ReadOnlyAdmin):
    list_display = ("account", "coverage", "month", "state", "version", "late_facts")
    list_filter = ("state", "coverage", HasLateFacts, "month")
    list_select_related = ("account",)
    search_fields = ("account__key", "account__team_name")
    ordering = ("-month", "account__key", "coverage")
