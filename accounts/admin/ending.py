"""The page that ends an account: a last day, and what that means."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account, Placement
from accounts.selectors.tree import tree_in
from accounts.services import ending
from billing_portal.common import clock
from billing_portal.common.periods import Month
from billing_portal.common.staff import Admin, person
from billing_portal.common.staff.parts import facts_for

FURTHEST = timedelta(days=5 * 366)


class EndForm(forms.Form):
    day = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=AdminDateWidget(),
        required=False,
        help_text=gettext_lazy("In UTC. Empty: the account has not ended after all."),
    )

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        today = clock.now().date()
        if day and not today - FURTHEST <= day <= today + FURTHEST:
            raise ValidationError(_("Give a day within five years of today."))
        return day


def end_view(page: Admin, request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the last day, saying what still hangs on the account."""
    account = get_object_or_404(Account, pk=pk)
    if not page.has_change_permission(request, account):
        raise PermissionDenied
    ended = account.ended_at
    form = EndForm(request.POST or None, initial={"day": ended.date() if ended else None})
    if request.method == "POST" and form.is_valid():
        return _end(page, request, account, form)
    context = {
        **page.admin_site.each_context(request),
        "title": _("End of an account"),
        "subtitle": str(account),
        "opts": page.opts,
        "original": account,
        "form": form,
        "media": page.media + form.media,
        "facts": [(fact.label, fact.say(account)) for fact in facts_for(request)],
        "below": _below(account),
    }
    return TemplateResponse(request, "admin/accounts/account/end.html", context)


def _end(page: Admin, request: HttpRequest, account: Account, form: EndForm) -> HttpResponse:
    day = form.cleaned_data["day"]
    ending.end(account=account, day=day, actor=person(request), now=clock.now())
    if day:
        text = _("%(account)s ends on %(day)s. %(month)s is the last month that is billed.")
        said = text % {"account": account, "day": day, "month": Month.of(day)}
    else:
        said = _("%(account)s has not ended.") % {"account": account}
    page.message_user(request, said, messages.SUCCESS)
    return redirect("admin:accounts_account_change", account.pk)


def _below(account: Account) -> list[Account]:
    """What stands directly below the account at present."""
    if not Placement.objects.filter(parent=account).exists():
        return []
    places = tree_in(month=Month.of(clock.now())).places
    ids = [key for key, place in places.items() if place.parent_id == account.pk]
    return list(Account.objects.filter(pk__in=ids[:500]).order_by("key"))
