"""The audit trail: found by who, account, action, subject and day, and handed over as CSV."""

# ruff: noqa: ARG002 - Django gives the signatures

import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry, User
from accounts.selectors import audit as selectors
from accounts.services import audit
from billing_portal.common import clock, csvfile
from billing_portal.common.attachments import attachment
from billing_portal.common.staff import (
    OnceList,
    ReadOnlyAdmin,
    TypedFilter,
    days,
    link,
    page_of,
    person,
    typed_text,
)

COLUMNS = ("at", "who", "account", "action", "subject", "detail")
CHUNK = 2000
MOST = 200
"""So many people are meant by one part of a name, at most."""


class Who(TypedFilter):
    """A part of a person's address or name is enough; of anything else, such as an address that
    nobody has, the whole of it.
    """

    title = _("who")
    fields = (("who", _("who"), "text"),)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        typed = self.typed("who")
        if not typed:
            return queryset
        people = User.objects.filter(Q(email__icontains=typed) | Q(name__icontains=typed))
        found = people.order_by("email").values_list("email", flat=True)[:MOST]
        return queryset.filter(actor__in=[typed, *found])


class Action(admin.SimpleListFilter):
    title = _("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(action, action) for action in selectors.actions()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at_utc", "actor", "account", "action", "subject", "in_short")
    list_filter = (
        Who,
        typed_text("account", _("account"), "account_key"),
        days("at", _("day")),
        Action,
    )
    # Without regard to case a database folds two million subjects for each search.
    search_fields = ("subject__contains",)
    search_help_text = _("A part of the subject as it is written: a device, an address, a month")
    fields = ("at_utc", "actor", "account", "action", "subject", "details")
    change_list_template = "admin/accounts/auditentry/change_list.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return OnceList

    @admin.display(description=_("at"), ordering="at")
    def at_utc(self, entry: AuditEntry) -> str:
        return f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"

    @admin.display(description=_("account"))
    def account(self, entry: AuditEntry) -> SafeString | str:
        """A way to the account, by its key: entries outlive the rows that they are about."""
        key = entry.account_key
        return link(key, "accounts_account_changelist", q=key) if key else "-"

    @admin.display(description=_("detail"))
    def in_short(self, entry: AuditEntry) -> str:
        text = ", ".join(f"{name}: {_written(value)}" for name, value in _pairs(entry.detail))
        return text if len(text) <= 80 else f"{text[:79]}…"

    @admin.display(description=_("detail"))
    def details(self, entry: AuditEntry) -> SafeString:
        rows = [(name, _written(value)) for name, value in _pairs(entry.detail)]
        lines = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", rows)
        return format_html('<dl class="facts">{}</dl>', lines) if rows else SafeString("-")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.csv_view)
        return [path("csv/", view, name="accounts_auditentry_csv"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        query = request.GET.copy()
        query.pop("p", None)
        address = page_of("accounts_auditentry_csv") + f"?{query.urlencode()}"
        return super().changelist_view(request, {"csv": address, **(extra_context or {})})

    def csv_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """Send what the filters of the address let through, the newest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        now = clock.now()
        entries = self.get_changelist_instance(request).get_queryset(request)
        audit.record(
            actor=person(request),
            action="audit.download",
            now=now,
            detail={name: request.GET.getlist(name) for name in request.GET},
        )
        return attachment(csvfile.encode(_rows(entries)), name=f"audit_{now:%Y-%m-%d}.csv")


def _rows(entries: QuerySet[Any]) -> Iterator[list[str]]:
    yield list(COLUMNS)
    for entry in entries.iterator(chunk_size=CHUNK):
        yield [
            entry.at.astimezone(UTC).isoformat(),
            *(csvfile.guard(text) for text in (entry.actor, entry.account_key, entry.action)),
            csvfile.guard(entry.subject),
            json.dumps(entry.detail, ensure_ascii=False, sort_keys=True) if entry.detail else "",
        ]


def _pairs(detail: Any) -> list[tuple[str, Any]]:
    return list(detail.items()) if isinstance(detail, dict) else [("", detail)]


def _written(value: Any) -> str:
    """Plain JSON as a person writes it."""
    if value in (None, "", [], {}):
        return "–"
    match value:
        case bool():
            return str(_("yes") if value else _("no"))
        case list():
            return ", ".join(_written(part) for part in value)
        case dict():
            return "; ".join(f"{name}: {_written(part)}" for name, part in value.items())
    return str(value)
