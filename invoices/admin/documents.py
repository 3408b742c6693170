"""Invoices, their PDFs, and the wish for a PDF."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.services import audit
from billing_portal.common import clock, files
from billing_portal.common.dispatch import send
from billing_portal.common.staff import (
    MonthFilter,
    ReadOnlyAdmin,
    ReadOnlyInline,
    amount,
    names_of,
    person,
)
from invoices.admin.correcting import Correcting
from invoices.models import DocumentFile, Invoice, InvoiceBill, Rendering
from invoices.services import renderings
from invoices.tasks import documents as tasks


class InvoiceBillInline(ReadOnlyInline):
    model = InvoiceBill
    fields = ("bill",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("bill__account", "invoice")


@admin.register(Invoice)
class InvoiceAdmin(Correcting):
    list_display = ("label", "kind", "account", "month", "total", "issue_date", "pdf")
    list_filter = (MonthFilter, "kind", "currency")
    search_fields = ("label", "account__key", "account__team_name")
    ordering = ("-series_id", "-number")  # as they are indexed
    fields = (*names_of(Invoice, "net_minor", "tax_minor", "total_minor"), "total", "pdf")
    readonly_fields = ("total", "pdf")
    inlines = (InvoiceBillInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("account", "file", "series")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Snapshots are long and no list shows them."""
        changes = super().get_changelist_instance(request)
        changes.result_list = changes.result_list.defer("snapshot")
        return changes

    @admin.display(description=_("total with tax"))
    def total(self, invoice: Invoice) -> str:
        return amount(invoice.total_minor, invoice.currency)

    @admin.display(description="PDF")
    def pdf(self, invoice: Invoice) -> str:
        if getattr(invoice, "file", None) is None:
            return str(_("not made yet"))
        page = reverse("admin:invoices_invoice_pdf", args=[invoice.pk])
        return format_html('<a href="{}">PDF</a>', page)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.pdf_view)
        return [path("<int:pk>/pdf/", view, name="invoices_invoice_pdf"), *super().get_urls()]

    def pdf_view(self, request: HttpRequest, pk: int) -> FileResponse:
        """Send the PDF as it was made; the audit trail says who fetched it."""
        if not self.has_view_permission(request):
            raise Http404
        files_made = DocumentFile.objects.select_related("invoice__account")
        made = get_object_or_404(files_made.defer("invoice__snapshot"), invoice_id=pk)
        try:
            file = files.open_file(made.stored_as)
        except FileNotFoundError as error:
            raise Http404 from error
        audit.record(
            actor=person(request),
            action="invoice.download",
            now=clock.now(),
            account_key=made.invoice.account.key,
            subject=made.invoice.label,
        )
        return FileResponse(file, as_attachment=True, filename=f"{made.invoice.label}.pdf")


@admin.register(Rendering)
class RenderingAdmin(ReadOnlyAdmin):
    list_display = ("invoice", "state", "attempts", "due_at", "lease_owner", "error")
    list_filter = ("state",)
    search_fields = ("invoice__label", "invoice__account__key")
    fields = names_of(Rendering)
    actions = ("try_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("invoice").defer("invoice__snapshot")

    def has_try_again_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("invoices.change_rendering"))

    @admin.action(description=_("Try again now"), permissions=["try_again"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        ids = renderings.try_again(
            ids=list(queryset.values_list("pk", flat=True)),
            actor=person(request),
            now=clock.now(),
        )
        reached = not ids or send(tasks.render, ids=ids)
        text = (
            _("%(count)d PDFs are made now.")
            if reached
            else _(
                "The broker cannot be reached. %(count)d PDFs will be made within 15 seconds of the"
                " worker coming back."
            )
        )
        level = messages.SUCCESS if reached else messages.WARNING
        self.message_user(request, text % {"count": len(ids)}, level)
