"""Values that hold from a day on: until when, whether now, and who wrote them."""

# ruff: noqa: ARG002 - Django gives the signatures

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing_portal.common import clock

DAY = timedelta(days=1)


def with_ends(rows: QuerySet[Any], *subject: str) -> QuerySet[Any]:
    """Annotate `next_since`, the day from which the next row of the same subject holds."""
    later = rows.model._default_manager.filter(since__gt=OuterRef("since"))
    for name in subject:
        if rows.model._meta.get_field(name).null:  # nothing equals NULL, not even NULL
            own = f"own_{name}"
            later = later.annotate(**{own: Coalesce(name, 0)})
            later = later.filter(**{own: Coalesce(OuterRef(name), 0)})
        else:
            later = later.filter(**{name: OuterRef(name)})
    following = Subquery(later.order_by("since").values("since")[:1])
    annotated: QuerySet[Any] = rows.annotate(next_since=following)
    return annotated


def with_writers(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate who wrote the present version of each row, and when."""
    versions = rows.model.history.model.objects.filter(id=OuterRef("pk")).order_by("-history_date")
    annotated: QuerySet[Any] = rows.annotate(
        written_by=Subquery(versions.values("history_user__email")[:1]),
        written_at=Subquery(versions.values("history_date")[:1]),
    )
    return annotated


class DatedColumns:
    """Columns of an admin page whose rows have been through both."""

    @admin.display(description=_("until"))
    def until(self, row: Any) -> str:
        return f"{row.next_since - DAY:%Y-%m-%d}" if row.next_since else "-"

    @admin.display(description=_("holds"))
    def holds(self, row: Any) -> SafeString:
        today = clock.now().date()
        if row.since > today:
            return format_html('<span class="mark to-come">{}</span>', gettext("To come"))
        if row.next_since is not None and row.next_since <= today:
            return format_html('<span class="mark past">{}</span>', gettext("Past"))
        return format_html('<span class="mark now">{}</span>', gettext("Now"))

    @admin.display(description=_("written"))
    def written(self, row: Any) -> str:
        if row.written_at is None:
            return "-"
        return f"{row.written_at:%Y-%m-%d} {row.written_by or ''}".strip()


class HoldsFilter(admin.SimpleListFilter):
    """What holds now, what comes, what is past. `next_since` is known to the list's rows only."""

    title = _("holds")
    parameter_name = "holds"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("Now")), ("to-come", _("To come")), ("past", _("Past"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = clock.now().date()
        match self.value():
            case "now":
                open_end = Q(next_since__isnull=True) | Q(next_since__gt=today)
                return queryset.filter(open_end, since__lte=today)
            case "to-come":
                return queryset.filter(since__gt=today)
            case "past":
                return queryset.filter(next_since__lte=today)
        return queryset
