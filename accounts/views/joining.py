"""The link in an invitation."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.forms.settings import JoinForm
from accounts.models import Invitation, User
from accounts.services import invitations
from billing_portal.common import clock


@login_not_required
@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take up a role: signed in as the one who was invited, or as somebody new."""
    try:
        found = invitations.read(token=token, now=clock.now())
        if isinstance(request.user, User):
            return _accept(request, request.user, found, token)
        if invitations.invited_person(invitation=found) is not None:
            return redirect_to_login(request.get_full_path())
        return _join(request, found, token)
    except invitations.InvitationIsDead:
        return render(request, "accounts/door/link_is_dead.html", status=410)


def _accept(request: HttpRequest, person: User, found: Invitation, token: str) -> HttpResponse:
    if request.method == "POST":
        try:
            invitations.accept(token=token, person=person, now=clock.now())
        except invitations.OtherAddress:
            pass  # the page says so
        else:
            _welcome(request, found)
            return redirect("home")
    context = {"invitation": found, "other": person.email.lower() != found.email.lower()}
    return render(request, "accounts/door/invitation.html", context)


def _join(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    form = JoinForm(request.POST or None, email=found.email)
    if request.method == "POST" and form.is_valid():
        person = invitations.join(
            token=token,
            name=form.cleaned_data["name"],
            password=form.cleaned_data["password1"],
            now=clock.now(),
        )
        _welcome(request, found)
        response: HttpResponse = perform_login(request, person)
        return response
    context = {"invitation": found, "form": form}
    return render(request, "accounts/door/join.html", context)


def _welcome(request: HttpRequest, found: Invitation) -> None:
    said = _("Welcome to %(account)s. Your role: %(role)s.")
    names = {"account": found.account.team_name, "role": found.get_role_display()}
    messages.success(request, said % names)
