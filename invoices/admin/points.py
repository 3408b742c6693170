"""Credit points: granted and corrected by staff, with their ledger."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account
from billing_portal.common import clock
from billing_portal.common.staff import ACCOUNT_FACTS, Act, Fact, ReadOnlyInline, link, typed_text
from invoices.admin.service_pages import ServiceAdmin
from invoices.forms.payments import PointCorrectionForm, PointForm
from invoices.models import PointEntry, PointGrant
from invoices.selectors.points import available
from invoices.selectors.settings import today
from invoices.services.credits import CreditRefused


class PointEntryInline(ReadOnlyInline):
    """The ledger: every movement, with what was left after it."""

    model = PointEntry
    fields = ("at", "kind", "amount", "left", "invoice", "actor", "reason")
    ordering = ("number",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("invoice").defer("invoice__snapshot")


def _says(row: Any) -> str:
    return _("%(left)s points of this grant are left now.") % {"left": row.left or 0}


@admin.register(PointGrant)
class PointGrantAdmin(ServiceAdmin):
    new_form, refusal = PointForm, CreditRefused
    acts = {"correct": Act(gettext_lazy("Correct the points"), PointCorrectionForm, _says)}
    list_display = ("account", "points", "left", "expires_on", "granted_at", "reason")
    list_filter = ("expires_on", typed_text("account", gettext_lazy("account"), "account__key"))
    list_select_related = ("account",)
    search_fields = ("account__key", "account__team_name", "reason")
    fields = ("account", "points", "left", "expires_on", "granted_at", "reason")
    ordering = ("-granted_at", "-pk")
    inlines = (PointEntryInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        summed: QuerySet[Any] = rows.annotate(left=Sum("entries__amount"))
        return summed

    @admin.display(description=gettext_lazy("left"))
    def left(self, row: Any) -> int:
        return row.left or 0

    def what_a_new_one_does(self) -> str:
        return _(
            "The next documents in JPY use the points by themselves, one yen each, the earliest"
            " expiry first. A grant cannot be changed later: a mistake is corrected by an entry."
        )

    def in_words(self, row: Any) -> str:
        day = today(now=clock.now())
        said = {"account": row.account.key}
        said["left"] = available(account_ids=[row.account_id], on=day)[row.account_id]
        return _("%(account)s has %(left)s points now.") % said


def _points(account: Account) -> Any:
    left = available(account_ids=[account.pk], on=today(now=clock.now()))[account.pk]
    return link(f"{left:,}", "invoices_pointgrant_changelist", account=account.key)


ACCOUNT_FACTS += [Fact(gettext_lazy("credit points"), "invoices.view_pointgrant", _points)]
