"""Staff see which keys an account has, and can end one; nobody sees what opens a door."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey
from accounts.services import keys
from billing_portal.common import clock
from billing_portal.common.staff import ReadOnlyAdmin, days, names_of, person


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    list_display = ("name", "account", "public_id", "created_at", "last_used_at", "revoked_at")
    list_filter = (days("created_at", _("day")),)
    list_select_related = ("account",)
    search_fields = ("name", "public_id", "account__key", "created_by")
    fields = names_of(ApiKey, "digest")
    actions = ("revoke",)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("accounts.change_apikey"))

    @admin.action(description=_("Revoke"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        found = list(queryset.filter(revoked_at=None))
        for key in found:
            keys.revoke(key=key, actor=person(request), now=clock.now())
        said = gettext("%(count)d keys open nothing any more.") % {"count": len(found)}
        self.message_user(request, said)
