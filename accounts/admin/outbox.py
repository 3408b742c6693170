"""Staff pages about what is under way for people: long work, mails and invitations."""

# ruff: noqa: ARG002 - Django gives the signatures

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Invitation, Job, Mail
from billing_portal.common.staff import NEEDS, Need, ReadOnlyAdmin, days, names_of, page_of


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind", "account", "person", "state", "percent", "error")
    list_filter = ("state", days("created_at", _("day")))
    list_select_related = ("account", "person")
    search_fields = ("account__key", "person__email", "file_name", "kind")
    fields = names_of(Job)


class MailState(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("Waiting")), ("sent", _("Sent")), ("given-up", _("Given up"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "waiting":
                return queryset.filter(sent_at=None, given_up_at=None)
            case "sent":
                return queryset.filter(sent_at__isnull=False)
            case "given-up":
                return queryset.filter(given_up_at__isnull=False)
        return queryset


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """What was mailed, is to be mailed, and was given up."""

    list_display = ("created_at", "to", "kind", "account_key", "subject", "sent_at", "given_up_at")
    list_filter = (MailState, days("created_at", _("day")), "kind")
    search_fields = ("to", "account_key", "subject")
    # Not the text: until it is sent it may hold a link that opens a door.
    fields = names_of(Mail, "text")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = (
        "email",
        "account",
        "role",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
        "withdrawn_at",
    )
    list_filter = (
        ("accepted_at", admin.EmptyFieldListFilter),
        ("withdrawn_at", admin.EmptyFieldListFilter),
        "role",
    )
    list_select_related = ("account",)
    search_fields = ("email", "account__key", "account__team_name")


def _given_up(_now: datetime) -> int:
    return Mail.objects.filter(given_up_at__isnull=False).count()


NEEDS.append(
    Need(
        "accounts.view_mail",
        _given_up,
        lambda count: ngettext(
            "%(count)d mail was given up.", "%(count)d mails were given up.", count
        ),
        lambda _now: page_of("accounts_mail_changelist", state="given-up"),
        "problem",
    )
)
