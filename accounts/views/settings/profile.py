"""A person's own profile, address and security."""

from allauth.account.decorators import reauthentication_required
from allauth.decorators import rate_limit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.forms.settings import AddressForm, ProfileForm
from accounts.selectors import security as selectors
from accounts.services import addresses, factors, people
from accounts.tasks import mail
from accounts.views.visit import Visit, visited
from billing_portal.common import clock
from billing_portal.common.dispatch import send


@require_http_methods(["GET", "HEAD", "POST"])
@visited
def profile(visit: Visit) -> HttpResponse:
    """Who am I here, and what do I want to be told?"""
    form = ProfileForm(visit.request.POST or None, instance=visit.person)
    if visit.request.method == "POST" and form.is_valid():
        people.change_profile(person=visit.person, changed=form.changed_data, now=visit.now)
        with translation.override(visit.person.language):
            messages.success(visit.request, _("Saved."))
        return redirect("settings-profile")
    return visit.page("accounts/settings/profile.html", None, form=form, tab="profile")


@require_GET
@never_cache
@visited
def security(visit: Visit) -> HttpResponse:
    """How do I sign in, and from where?"""
    return visit.page(
        "accounts/settings/security.html",
        None,
        factors=selectors.factors(person=visit.person),
        missing=factors.are_missing(visit.person),
        asking=selectors.asking(person=visit.person),
        tab="security",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@visited
def _address(visit: Visit) -> HttpResponse:
    """Which address do I sign in with from now on?"""
    form = AddressForm(visit.request.POST or None, present=visit.person.email)
    if visit.request.method == "POST" and form.is_valid():
        new = form.cleaned_data["email"]
        addresses.ask(person=visit.person, address=new, now=visit.now)
        send(mail.sweep)
        said = _("We sent a mail to %(address)s. Open the link in it to confirm the change.")
        messages.info(visit.request, said % {"address": new})
        return redirect("settings-security")
    return visit.page("accounts/settings/address.html", None, form=form, tab="security")


# Who found an unlocked computer must not take the sign-in away.
address = rate_limit(action="manage_email")(reauthentication_required(_address))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def address_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail to the new address; a button, because programs follow links too."""
    try:
        person, new = addresses.read(token=token)
        if request.method != "POST":
            context = {"old": person.email, "new": new}
            return render(request, "accounts/door/address_confirm.html", context)
        addresses.confirm(token=token, now=clock.now())
    except addresses.LinkIsDead:
        return render(request, "accounts/door/link_is_dead.html", status=410)
    except addresses.AddressTaken as refusal:
        context = {"refusal": str(refusal)}
        return render(request, "accounts/door/address_confirm.html", context, status=409)
    send(mail.sweep)
    messages.success(request, _("From now on you sign in with %(address)s.") % {"address": new})
    return redirect("settings-security" if request.user.is_authenticated else "login")
