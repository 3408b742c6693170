"""The API keys of the accounts that somebody manages."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.choices import Scope
from accounts.forms.keys import KeyForm
from accounts.selectors import keys as selectors
from accounts.services import keys as services
from accounts.views.settings.people import FORM, managed_account
from accounts.views.visit import Visit, address_of, visited

LIST = "settings-keys"


@require_GET
@visited
def keys(visit: Visit) -> HttpResponse:
    """Which programs come in by our name?"""
    account, among = managed_account(visit)
    return visit.page(
        "accounts/settings/keys.html",
        account,
        among=among,
        keys=selectors.of_account(account=account),
        tab="keys",
        here=reverse(LIST),
    )


@never_cache
@require_http_methods(FORM)
@visited
def add(visit: Visit) -> HttpResponse:
    """Make a key. Its secret is on the page that answers, and nowhere else afterwards."""
    account, among = managed_account(visit)
    form = KeyForm(visit.request.POST or None, pays=account.pk in visit.access.money)
    context: dict[str, Any] = {
        "among": among,
        "back": address_of(account, LIST),
        "here": reverse("settings-key"),
    }
    if visit.request.method == "POST" and form.is_valid():
        try:
            key, secret = services.make(
                account=account,
                name=form.cleaned_data["name"],
                scopes=[Scope(one) for one in form.cleaned_data["scopes"]],
                expires_at=form.expires_at(visit.now),
                actor=visit.person.email,
                now=visit.now,
            )
        except services.KeyRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return visit.page(
                "accounts/settings/key_made.html", account, key=key, secret=secret, **context
            )
    return visit.page("accounts/settings/key.html", account, form=form, **context)


@require_http_methods(FORM)
@visited
def revoke(visit: Visit, pk: int) -> HttpResponse:
    """End a key, after saying what that means."""
    key = selectors.managed(access=visit.access).get(pk=pk)
    back = address_of(key.account, LIST)
    if visit.request.method == "POST":
        services.revoke(key=key, actor=visit.person.email, now=visit.now)
        said = _("The key %(key)s is revoked. It opens nothing any more.")
        messages.success(visit.request, said % {"key": key.name})
        return redirect(back)
    return visit.page("accounts/settings/key_revoke.html", key.account, key=key, back=back)
