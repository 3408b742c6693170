"""Bank transfers: typed or read from a file, and assigned to documents."""

# ruff: noqa: ARG002 - Django gives the signatures

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing_portal.common import clock
from billing_portal.common.staff import NEEDS, Act, Need, ReadOnlyInline, amount, page_of, person
from invoices.admin.service_pages import ServiceAdmin
from invoices.forms.payments import AssignForm, BankFileForm, KeepForm, TransferForm
from invoices.models import BankTransfer, PaymentEntry
from invoices.selectors.matching import candidates
from invoices.services.credits import CreditRefused
from invoices.services.payments import PaymentRefused, bankfile, transfers


class PaysInline(ReadOnlyInline):
    """What a transfer paid."""

    model = PaymentEntry
    fk_name = "transfer"
    fields = ("at", "receivable", "amount_minor", "actor")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("receivable")


class LeftFilter(admin.SimpleListFilter):
    title = gettext_lazy("assigned")
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", gettext_lazy("Not yet")), ("yes", gettext_lazy("Entirely"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "no":
                return queryset.filter(left_minor__gt=0)
            case "yes":
                return queryset.filter(left_minor=0)
        return queryset


def _says(row: Any) -> str:
    """What is left, and which documents it may be for."""
    found = candidates(transfer=row, fold=bankfile.fold) if row.left_minor else []
    left = f"{amount(row.left_minor, row.currency)} {row.currency}"
    fits = [
        _("%(label)s of %(account)s, %(open)s open (%(why)s)")
        % {
            "label": each.receivable.invoice.label,
            "account": each.receivable.invoice.account.team_name,
            "open": amount(each.receivable.open_minor, row.currency),
            "why": _why(each.same_name, each.same_amount),
        }
        for each in found
    ]
    text = _("%(left)s of the transfer by %(payer)s is left. It fits: %(fits)s.")
    return text % {"left": left, "payer": row.payer, "fits": "; ".join(fits) or _("nothing")}


def _why(same_name: bool, same_amount: bool) -> str:
    if same_name and same_amount:
        return _("name and amount")
    return _("name") if same_name else _("amount")


@admin.register(BankTransfer)
class BankTransferAdmin(ServiceAdmin):
    new_form = TransferForm
    refusal = (PaymentRefused, CreditRefused)
    acts = {
        "assign": Act(gettext_lazy("Assign to a document"), AssignForm, _says),
        "keep": Act(gettext_lazy("Keep as credit"), KeepForm, _says),
    }
    change_list_template = "admin/invoices/banktransfer/change_list.html"
    list_display = ("day", "payer", "total", "left", "text", "file")
    list_display_links = ("day", "payer")
    list_filter = (LeftFilter, "day")
    list_select_related = ("file",)
    search_fields = ("payer", "text")
    fields = ("day", "payer", "text", "total", "left", "file", "recorded_at", "recorded_by")
    inlines = (PaysInline,)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.upload)
        return [path("upload/", view, name="invoices_banktransfer_upload"), *super().get_urls()]

    def upload(self, request: HttpRequest) -> HttpResponse:
        """Take in a file of a bank."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = BankFileForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            file = form.cleaned_data["file"]
            too_large = file.size > bankfile.LARGEST
            content = b"" if too_large else file.read()
            try:
                taken = transfers.read_file(
                    name=file.name, content=content, actor=person(request), now=clock.now()
                )
            except PaymentRefused as refusal:
                form.add_error("file", str(refusal))
            else:
                text = _("%(new)d transfers are new, %(known)d were known already.")
                said = text % {"new": taken.new, "known": taken.known}
                self.message_user(request, said, messages.SUCCESS)
                return redirect(page_of("invoices_banktransfer_changelist", assigned="no"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "title": _("Read a bank file"),
            "form": form,
        }
        return render(request, "admin/invoices/banktransfer/upload.html", context)

    def offers(self, row: Any, name: str) -> bool:
        return bool(row.left_minor)

    @admin.display(description=gettext_lazy("amount"), ordering="amount_minor")
    def total(self, row: BankTransfer) -> str:
        return f"{amount(row.amount_minor, row.currency)} {row.currency}"

    @admin.display(description=gettext_lazy("not assigned yet"), ordering="left_minor")
    def left(self, row: BankTransfer) -> str:
        return f"{amount(row.left_minor, row.currency)} {row.currency}"

    def what_a_new_one_does(self) -> str:
        return _("It changes nothing yet: assign it to a document on its page.")

    def in_words(self, row: Any) -> str:
        return _says(row)


NEEDS.append(
    Need(
        "invoices.view_banktransfer",
        lambda _now: BankTransfer.objects.filter(left_minor__gt=0).count(),
        lambda count: ngettext(
            "%(count)d bank transfer is not assigned yet.",
            "%(count)d bank transfers are not assigned yet.",
            count,
        ),
        lambda _now: page_of("invoices_banktransfer_changelist", assigned="no"),
    )
)
