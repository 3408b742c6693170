"""Staff pages about people. Only superusers change superusers and permissions."""

# ruff: noqa: ARG002 - Django gives the signatures

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.admin.helping import HELPS, help_view
from accounts.admin.roles import MembershipInline, NewMembershipInline, RolesAdmin
from accounts.forms import NewPersonForm, PersonForm
from accounts.mail import WISHES
from accounts.models import User
from accounts.services import addresses, factors, locks
from billing_portal.common.staff import KeptAdmin

if TYPE_CHECKING:
    _UserAdmin = UserAdmin[User]
else:
    _UserAdmin = UserAdmin


class HasFactor(admin.SimpleListFilter):
    title = _("second factor")
    parameter_name = "factor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", pgettext_lazy("second factor", "Set up")), ("no", _("None"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {"yes": True, "no": False}
        value = self.value() or ""
        return queryset.filter(has_factor=known[value]) if value in known else queryset


@admin.register(User)
class PersonAdmin(RolesAdmin, _UserAdmin, KeptAdmin):
    """People sign in by e-mail address."""

    form = PersonForm
    add_form = NewPersonForm
    list_display = (
        "email",
        "name",
        "language",
        "last_login",
        "second_factor",
        "is_staff",
        "is_active",
    )
    list_filter = (HasFactor, "is_staff", "is_superuser", "is_active", "language")
    change_form_template = "admin/accounts/user/change_form.html"
    search_fields = ("email", "name")
    ordering = ("email",)
    # Two plain lists: the pair that a script makes of each is no good to screen readers.
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "language")}),
        (_("Mails"), {"fields": WISHES}),
        (_("Signing in"), {"fields": ("is_active", "last_login", "second_factor")}),
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return factors.with_signs(super().get_queryset(request))

    @admin.display(description=_("second factor"), boolean=True)
    def second_factor(self, who: User) -> bool:
        return factors.has_one(who)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(partial(help_view, self))
        own = path("<int:pk>/help/<slug:what>/", view, name="accounts_user_help")
        return [own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        who = self.get_object(request, object_id)
        extra = dict(extra_context or {})
        if who is not None and self.has_change_permission(request, who):
            extra |= {"helps": HELPS.items(), "locked": locks.is_locked(person=who)}
        return super().change_view(request, object_id, form_url, extra)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        addresses.mirror(person=obj)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return (MembershipInline, NewMembershipInline) if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        powers = ("is_staff", "is_superuser", "groups", "user_permissions")
        return ("last_login", "second_factor", *(() if _is_superuser(request) else powers))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.is_superuser and not _is_superuser(request):
            return False
        return super().has_change_permission(request, obj)


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
