"""Rows that can only be read, rows that keep their past, and how their columns are written."""

# ruff: noqa: ARG002 - Django gives the signatures

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import InvalidPage, Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from simple_history.admin import SimpleHistoryAdmin

from billing_portal.common.money import Currency, from_minor
from billing_portal.common.staff.searching import finding

if TYPE_CHECKING:
    Admin = admin.ModelAdmin[Any]
    Inline = admin.TabularInline[Any, Any]
    _HistoryAdmin = Admin
    _Paginator = Paginator[Any]
else:
    Admin = admin.ModelAdmin
    Inline = admin.TabularInline
    _HistoryAdmin = SimpleHistoryAdmin
    _Paginator = Paginator


class Lean(_Paginator):
    """Counts up to a limit only: to count millions takes longer than to show the first fifty."""

    MOST = 5_000

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: self.MOST].count())


class OnceList(ChangeList):
    """Reads through a large table once for a list: the keys of its first rows are the count too.

    Otherwise a search that finds little would read all of it twice.
    """

    def get_results(self, request: HttpRequest) -> None:
        keys = list(self.queryset.values_list("pk", flat=True)[: Lean.MOST])
        pages = Paginator(keys, self.list_per_page)
        try:
            shown = pages.page(self.page_num).object_list
        except InvalidPage as error:
            raise IncorrectLookupParameters from error
        self.result_count, self.full_result_count = len(keys), None
        self.show_admin_actions = bool(keys)
        self.can_show_all, self.multi_page = False, pages.num_pages > 1
        self.result_list = self.queryset.filter(pk__in=list(shown))
        self.paginator = pages


class Styled:
    """Pages with our few words of style besides the admin's; none counts its whole table."""

    paginator: Any = Lean
    most = Lean.MOST
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    class Media:
        css = {"all": ("css/staff.css", "css/overview.css")}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """No index finds a part of a text, so a search reads a whole table: once is enough."""
        return OnceList if request.GET.get(SEARCH_VAR) else ChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Each word of a search must be found; in which columns, `search_fields` says."""
        page: Any = self
        for word in search_term.replace("\0", " ").split():
            columns = page.get_search_fields(request)
            queryset = queryset.filter(finding(queryset.model, columns, word))
        return queryset, False


class KeptAdmin(Styled, _HistoryAdmin):
    """Rows that staff add and change and nobody deletes. Their past is shown, not gone back to."""

    list_per_page = 50
    # The one of the library holds style of its own, which the security policy blocks.
    object_history_list_template = "admin/history_list.html"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def history_form_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # The view of the library saves what is posted, with or without the button.
        if request.method != "GET":
            raise PermissionDenied
        page: HttpResponse = super().history_form_view(  # type: ignore[misc]
            request, *args, **kwargs
        )
        return page


class ReadOnlyAdmin(Styled, Admin):
    """Rows that only the program writes."""

    list_per_page = 50
    change_form_template = "admin/read_only.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(Inline):
    """Parts that only the program writes, or that have a page of their own."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def amount(minor: int, currency: str) -> str:
    """Write minor units as a ledger does: "1,234.56"."""
    unit = Currency(currency)
    return f"{from_minor(minor, unit):,.{unit.places}f}"


def exactly(name: str, label: Any) -> Callable[[Any], str]:
    """A column for an exact decimal: the admin itself would write all 24 places."""

    @admin.display(description=label)
    def column(row: Any) -> str:
        value = getattr(row, name)
        return "-" if value is None else f"{value:,f}"

    return column


def page_of(name: str, *args: object, **query: Any) -> str:
    """The address of a staff page: page_of("usage_device_changelist", kind="vpg")."""
    address = reverse(f"admin:{name}", args=args)
    return f"{address}?{urlencode(query)}" if query else address


def link(text: Any, name: str, *args: object, **query: Any) -> SafeString:
    """A link to a staff page."""
    return format_html('<a href="{}">{}</a>', page_of(name, *args, **query), text)


def person(request: HttpRequest) -> str:
    """Name who asks, for the audit trail."""
    return str(getattr(request.user, "email", ""))


def names_of(model: type[models.Model], *without: str) -> tuple[str, ...]:
    """All columns of a model but these, in their order, for pages that show a whole row."""
    return tuple(field.name for field in model._meta.fields if field.name not in {"id", *without})
