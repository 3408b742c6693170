"""Roles on the pages of accounts and of people: given, changed and taken away by services."""

# ruff: noqa: ARG002 - Django gives the signatures

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import Role
from accounts.models import Account, Membership
from accounts.services import people
from billing_portal.common import clock
from billing_portal.common.staff import Admin, Inline, person

if TYPE_CHECKING:
    _FormSet = BaseInlineFormSet[Membership, Any, Any]
else:
    _FormSet = BaseInlineFormSet


class RoleFormSet(_FormSet):
    """What is typed goes through the services, which write the audit trail. `actor` is set below.

    An account that has an administrator keeps one.
    """

    actor = ""

    def clean(self) -> None:
        super().clean()
        losing: dict[int, list[int]] = defaultdict(list)
        for form in self.initial_forms:
            held = form.initial.get("role")
            typed = getattr(form, "cleaned_data", {})
            if held == Role.ADMIN and (typed.get("DELETE") or typed.get("role") != Role.ADMIN):
                losing[form.instance.account_id].append(form.instance.pk)
        for account_id, ids in losing.items():
            admins = Membership.objects.filter(
                account=account_id, role=Role.ADMIN, user__is_active=True
            )
            if not admins.exclude(pk__in=ids).exists():
                text = _("%(account)s would be without an administrator. Name another one first.")
                account = Account.objects.get(pk=account_id)
                raise ValidationError(text % {"account": account})

    def save_new(self, form: Any, commit: bool = True) -> Membership:
        setattr(form.instance, self.fk.name, self.instance)
        row = form.instance
        return people.grant(
            person=row.user,
            account=row.account,
            role=Role(row.role),
            actor=self.actor,
            now=clock.now(),
        )

    def save_existing(self, form: Any, obj: Membership, commit: bool = True) -> Membership:
        role = Role(form.instance.role)
        return people.change_role(membership=obj, role=role, actor=self.actor, now=clock.now())

    def delete_existing(self, obj: Membership, commit: bool = True) -> None:
        people.remove(membership=obj, actor=self.actor, now=clock.now())


class RolesAdmin(Admin):
    """A page with roles: what two people changed at once is refused, not half done."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except people.LastAdministrator as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        except Membership.DoesNotExist:
            text = _("Somebody else changed the roles meanwhile. Look again, then change them.")
            self.message_user(request, text, messages.ERROR)
        return HttpResponseRedirect(request.path)


class RoleInline(Inline):
    model = Membership
    formset = RoleFormSet
    extra = 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        made = super().get_formset(request, obj, **kwargs)
        return type(made.__name__, (made,), {"actor": person(request)})


class MembershipInline(RoleInline):
    """Roles that are there: another role, or none any more. Seen from either side."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.get_readonly_fields(request, obj), "role")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("user",) if self.parent_model is Account else ("account",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("user", "account")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NewMembershipInline(RoleInline):
    autocomplete_fields = ("user", "account")
    verbose_name = gettext_lazy("new membership")
    verbose_name_plural = gettext_lazy("new memberships")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).none()
