"""Staff pages about customers, people and what they did."""

# ruff: noqa: ARG002 - Django gives the signatures

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.forms import NewPersonForm, PersonForm
from accounts.models import Account, AuditEntry, Job, Membership, Placement, User
from billing_portal.common.staff import (
    Inline,
    KeptAdmin,
    ReadOnlyAdmin,
    ReadOnlyInline,
    names_of,
)

admin.site.site_title = _("Meisai")
admin.site.site_header = _("Meisai staff")
admin.site.index_title = _("Overview")

if TYPE_CHECKING:
    _UserAdmin = UserAdmin[User]
else:
    _UserAdmin = UserAdmin


class PlacementInline(ReadOnlyInline):
    """Where the account stood and stands. It is moved on a page of its own (usage.admin)."""

    model = Placement
    fk_name = "account"
    fields = ("since", "parent", "is_billing")
    ordering = ("-since",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("parent", "account")


class MembershipInline(Inline):
    """Roles that are there: another role, or none any more. Seen from either side."""

    model = Membership
    extra = 0

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.get_readonly_fields(request, obj), "role")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("user",) if self.parent_model is Account else ("account",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("user", "account")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NewMembershipInline(Inline):
    model = Membership
    extra = 0
    autocomplete_fields = ("user", "account")
    verbose_name = _("new membership")
    verbose_name_plural = _("new memberships")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).none()


@admin.register(Account)
class AccountAdmin(KeptAdmin):
    list_display = (
        "key",
        "team_name",
        "organization",
        "business_model",
        "features_enabled",
        "ended_at",
    )
    list_filter = ("business_model", "features_enabled", ("ended_at", admin.EmptyFieldListFilter))
    search_fields = ("key", "team_name", "organization")
    ordering = ("key",)
    fields = list_display

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("key",) if obj else ("ended_at",)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return (PlacementInline, MembershipInline, NewMembershipInline) if obj else ()

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """An account without a place is billed to nobody: go on to say where it stands."""
        response = super().response_add(request, obj, post_url_continue)
        if "_popup" in request.POST:
            return response
        return HttpResponseRedirect(f"{reverse('admin:accounts_placement_add')}?account={obj.pk}")


@admin.register(User)
class PersonAdmin(_UserAdmin, KeptAdmin):
    """People sign in by e-mail address. Only superusers change superusers and permissions."""

    form = PersonForm
    add_form = NewPersonForm
    list_display = ("email", "name", "language", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_superuser", "is_active", "language")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ("groups", "user_permissions")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "language")}),
        (_("Permissions"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Single permissions"), {"fields": ("user_permissions",), "classes": ("collapse",)}),
        (_("Dates"), {"fields": ("last_login",)}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "email",
                    "name",
                    "language",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return (MembershipInline, NewMembershipInline) if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        powers = ("is_staff", "is_superuser", "groups", "user_permissions")
        return ("last_login", *(() if _is_superuser(request) else powers))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.is_superuser and not _is_superuser(request):
            return False
        return super().has_change_permission(request, obj)


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "account_key", "action", "subject")
    list_filter = ("action",)
    search_fields = ("actor", "account_key", "subject")
    date_hierarchy = "at"


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind", "account", "person", "state", "percent", "error")
    list_filter = ("state", "kind")
    list_select_related = ("account", "person")
    search_fields = ("account__key", "person__email", "file_name")
    fields = names_of(Job)
