"""Staff pages about what is under way for people: long work, mails and invitations."""

# ruff: noqa: ARG002 - Django gives the signatures

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.mail import SECRET
from accounts.models import Invitation, Job, Mail
from accounts.services import invitations, resending
from accounts.tasks.mail import deliver, sweep
from billing_portal.common import clock
from billing_portal.common.dispatch import send
from billing_portal.common.staff import (
    NEEDS,
    Need,
    ReadOnlyAdmin,
    days,
    names_of,
    page_of,
    person,
)


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
    fields = (*names_of(Mail, "text"), "words")
    actions = ("send_again",)

    @admin.display(description=_("text"))
    def words(self, row: Mail) -> SafeString | str:
        """Who could read a link that opens a door could go through it."""
        if row.kind in SECRET:
            return gettext("Not shown: it holds a personal link, and is not kept once it was sent.")
        return format_html('<div class="mail-text">{}</div>', row.text)

    def has_again_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("accounts.change_mail"))

    @admin.action(description=_("Send again"), permissions=["again"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        chosen = list(queryset.values_list("pk", flat=True))
        ids = resending.send_again(ids=chosen, actor=person(request), now=clock.now())
        for pk in ids:
            send(deliver, mail_id=pk)
        said = {"count": len(ids)}
        self.message_user(request, gettext("%(count)d mails are sent again.") % said)
        if len(ids) < len(chosen):
            text = gettext(
                "%(count)d mails held a personal link and are not kept: ask for a new one instead,"
                " on the page of the person or the invitation."
            )
            said = {"count": len(chosen) - len(ids)}
            self.message_user(request, text % said, messages.WARNING)


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
    actions = ("send_again", "withdraw")

    def has_answer_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("accounts.change_invitation"))

    @admin.action(description=_("Send again"), permissions=["answer"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        text = _("%(count)d invitations are sent again.")
        self._each(request, queryset, invitations.send_again, text)
        send(sweep)

    @admin.action(description=_("Withdraw"), permissions=["answer"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        text = _("%(count)d invitations are withdrawn. Their links no longer work.")
        self._each(request, queryset, invitations.withdraw, text)

    def _each(
        self, request: HttpRequest, chosen: QuerySet[Any], act: Callable[..., None], text: Any
    ) -> None:
        """Do it with each; those that were answered meanwhile are counted apart."""
        done = dead = 0
        for invitation in chosen:
            try:
                act(invitation=invitation, actor=person(request), now=clock.now())
                done += 1
            except invitations.InvitationIsDead:
                dead += 1
        self.message_user(request, text % {"count": done}, messages.SUCCESS)
        if dead:
            late = gettext("%(count)d were accepted or withdrawn already.")
            self.message_user(request, late % {"count": dead}, messages.WARNING)


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
