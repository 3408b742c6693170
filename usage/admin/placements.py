"""Moving accounts in the tree. Here and not in `accounts`, because closed months are known here."""

# ruff: noqa: ARG002 - Django gives the signatures

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Placement
from accounts.services.tree import PlacementRefused
from billing_portal.common import clock
from billing_portal.common.staff import Admin, person
from usage.services import placements

if TYPE_CHECKING:
    _Form = forms.ModelForm[Placement]
else:
    _Form = forms.ModelForm


class PlacementForm(_Form):
    """Where an account stands from the first of a month on. The service checks all of it.

    A placement of the same day is replaced, so the form must not insist that there is none.
    """

    class Meta:
        model = Placement
        fields = ("account", "since", "parent", "is_billing")

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), "since"}  # type: ignore[misc]


@admin.register(Placement)
class PlacementAdmin(Admin):
    """Moves are added, never changed: the past of the tree stays as it was billed."""

    form = PlacementForm
    list_display = ("account", "since", "parent", "is_billing")
    list_select_related = ("account", "parent")
    list_filter = ("is_billing",)
    search_fields = ("account__key", "account__team_name", "parent__key")
    autocomplete_fields = ("account", "parent")
    list_per_page = 50

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show why a move was refused, beside what was typed."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except PlacementRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            typed = {name: request.POST.get(name, "") for name in PlacementForm.Meta.fields}
            return HttpResponseRedirect(f"{request.path}?{urlencode(typed)}")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        placed = placements.move(
            account=obj.account,
            since=obj.since,
            parent=obj.parent,
            is_billing=obj.is_billing,
            actor=person(request),
            now=clock.now(),
        )
        obj.pk = placed.pk

    def response_add(self, request: HttpRequest, obj: Any, *_args: Any) -> HttpResponse:
        text = _("%(account)s has its new place from %(since)s on.")
        self.message_user(
            request, text % {"account": obj.account, "since": obj.since}, messages.SUCCESS
        )
        page = reverse("admin:accounts_account_change", args=[obj.account_id])
        return HttpResponseRedirect(page)
