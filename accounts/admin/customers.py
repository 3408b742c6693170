"""Staff pages about customers."""

# ruff: noqa: ARG002 - Django gives the signatures

from functools import cache, partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin.ending import end_view
from accounts.admin.roles import MembershipInline, NewMembershipInline, RolesAdmin
from accounts.models import CONTACT_FIELDS, Account, AuditEntry, Invitation, Placement
from billing_portal.common.staff import (
    ACCOUNT_FACTS,
    Fact,
    KeptAdmin,
    ReadOnlyInline,
    page_of,
)
from billing_portal.common.staff.parts import facts_for

LAST_ACTS = 10
CONTACT_USE = _("Usage reports keep these as they are when the report is made.")


class PlacementInline(ReadOnlyInline):
    """Where the account stood and stands. It is moved on a page of its own (usage.admin)."""

    model = Placement
    fk_name = "account"
    fields = ("since", "parent", "is_billing")
    ordering = ("-since",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("parent", "account")


class InvitationInline(ReadOnlyInline):
    """Who was invited and has not come yet. Withdrawn on the invitation's own page."""

    model = Invitation
    fields = ("email", "role", "invited_by", "created_at", "expires_at")
    show_change_link = True
    verbose_name_plural = _("open invitations")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related("account")
        return rows.filter(accepted_at=None, withdrawn_at=None)


@admin.register(Account)
class AccountAdmin(RolesAdmin, KeptAdmin):
    list_display = ("key", "team_name", "organization", "business_model", "is_active", "ended_at")
    list_filter = (
        ("ended_at", admin.EmptyFieldListFilter),
        "business_model",
        "features_enabled",
        "second_factor_required",
    )
    search_fields = ("key", "team_name", "organization")
    search_help_text = _("Key, team name or organization")
    ordering = ("key",)
    change_form_template = "admin/accounts/account/change_form.html"

    @admin.display(description=_("active"), boolean=True)
    def is_active(self, account: Account) -> bool:
        return account.ended_at is None

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        own = [
            "key",
            "team_name",
            "organization",
            "business_model",
            "features_enabled",
            "second_factor_required",
        ]
        contact = (_("Contact"), {"fields": CONTACT_FIELDS, "description": CONTACT_USE})
        if obj is None:
            return ((None, {"fields": own}), contact)
        return (
            (None, {"fields": [*own, "ended_at"]}),
            contact,
            (_("At a glance"), {"fields": _known(request)}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("key", "ended_at", *_known(request)) if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        if obj is None:
            return ()
        return (PlacementInline, MembershipInline, NewMembershipInline, InvitationInline)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(end_view, self))
        return [path("<int:pk>/end/", view, name="accounts_account_end"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        account = self.get_object(request, object_id)
        extra = {"tools": self._tools(request, account), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra)

    def _tools(self, request: HttpRequest, account: Account | None) -> list[tuple[str, Any]]:
        """Where else something is done about an account, as far as the person may."""
        if account is None:
            return []
        may, pk, key = request.user.has_perm, account.pk, account.key
        tools = (
            ("accounts.change_account", page_of("accounts_account_end", pk), _("End…")),
            (
                "accounts.add_placement",
                page_of("accounts_placement_add", account=pk),
                _("Move…"),
            ),
            (
                "accounts.view_auditentry",
                page_of("accounts_auditentry_changelist", account=key),
                _("Audit trail"),
            ),
        )
        return [(address, name) for permission, address, name in tools if may(permission)]

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """An account without a place is billed to nobody: go on to say where it stands."""
        response = super().response_add(request, obj, post_url_continue)
        if "_popup" in request.POST:
            return response
        return HttpResponseRedirect(page_of("accounts_placement_add", account=obj.pk))


def _known(request: HttpRequest) -> list[Any]:
    """What is said of an account besides its columns, to who may know it."""
    return [_column(fact) for fact in facts_for(request)]


@cache
def _column(fact: Fact) -> Any:
    """A readonly field of the admin that says one fact. Django asks for the same one each time."""

    def column(account: Account) -> SafeString | str:
        return fact.say(account)

    column.__name__ = f"fact_{ACCOUNT_FACTS.index(fact)}"
    column.short_description = fact.label  # type: ignore[attr-defined]
    return column


def _last_acts(account: Account) -> SafeString:
    """The newest entries of the audit trail; the whole of it is one click away."""
    acts = AuditEntry.objects.filter(account_key=account.key)[:LAST_ACTS]
    rows = [
        (
            page_of("accounts_auditentry_change", entry.pk),
            f"{entry.at:%Y-%m-%d %H:%M}",
            entry.actor,
            entry.action,
            entry.subject,
        )
        for entry in acts
    ]
    line = '<div class="act"><a href="{}">{}</a> {} <strong>{}</strong> {}</div>'
    return format_html_join("", line, rows) or SafeString("-")


ACCOUNT_FACTS.append(Fact(_("last acts"), "accounts.view_auditentry", _last_acts, place=9))
