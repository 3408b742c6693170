"""Staff pages about people. Only superusers change superusers and permissions."""

# ruff: noqa: ARG002 - Django gives the signatures

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.roles import MembershipInline, NewMembershipInline
from accounts.forms import NewPersonForm, PersonForm
from accounts.models import User
from billing_portal.common.staff import KeptAdmin

if TYPE_CHECKING:
    _UserAdmin = UserAdmin[User]
else:
    _UserAdmin = UserAdmin


@admin.register(User)
class PersonAdmin(_UserAdmin, KeptAdmin):
    """People sign in by e-mail address."""

    form = PersonForm
    add_form = NewPersonForm
    list_display = ("email", "name", "language", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_superuser", "is_active", "language")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ("groups", "user_permissions")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "language")}),
        (_("Mails"), {"fields": ("mails_invoices", "mails_downloads")}),
        (_("Signing in"), {"fields": ("is_active", "last_login")}),
        (_("Permissions"), {"fields": ("is_staff", "is_superuser", "groups")}),
        (_("Single permissions"), {"fields": ("user_permissions",), "classes": ("collapse",)}),
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
