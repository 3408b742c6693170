"""What staff do for a person who cannot sign in: unlock, mail a link, reset second factors."""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.account.forms import ResetPasswordForm
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.services import audit, factors, locks
from accounts.tasks.mail import sweep
from billing_portal.common import clock
from billing_portal.common.dispatch import send
from billing_portal.common.staff import Admin, person


class NotHelped(Exception):
    """It cannot be done for this person; the message says why."""


@dataclass(frozen=True, slots=True)
class Help:
    """A button, what it will do, and the doing, which returns what to say."""

    label: str | Promise
    means: str | Promise
    act: Callable[[HttpRequest, User], str]


def _unlock(request: HttpRequest, who: User) -> str:
    locks.unlock(person=who, actor=person(request), now=clock.now())
    return _("%(who)s can try to sign in again.") % {"who": who.email}


def _mail_link(request: HttpRequest, who: User) -> str:
    form = ResetPasswordForm({"email": who.email})
    if not who.is_active or not form.is_valid():
        raise NotHelped(_("%(who)s is not active, so no link was sent.") % {"who": who.email})
    audit.record(actor=person(request), action="password.offer", now=clock.now(), subject=who.email)
    form.save(request)
    send(sweep)
    return _("A link for a new password is on its way to %(who)s.") % {"who": who.email}


def _reset_factors(request: HttpRequest, who: User) -> str:
    factors.reset(person=who, actor=person(request), now=clock.now())
    send(sweep)
    return _("%(who)s has no second factor any more and is signed out.") % {"who": who.email}


HELPS = {
    "unlock": Help(
        gettext_lazy("Unlock"),
        gettext_lazy("Forgets the wrong passwords, so that the person can try again at once."),
        _unlock,
    ),
    "password": Help(
        gettext_lazy("Mail a link for a new password"),
        gettext_lazy("The present password works until a new one is chosen."),
        _mail_link,
    ),
    "factors": Help(
        gettext_lazy("Reset the second factors"),
        gettext_lazy(
            "Removes all of them and signs the person out everywhere. Be sure who asks: call back."
        ),
        _reset_factors,
    ),
}


def help_view(page: Admin, request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Do one of `HELPS`, by POST only."""
    who = get_object_or_404(User, pk=pk)
    if what not in HELPS:
        raise Http404
    if request.method != "POST" or not page.has_change_permission(request, who):
        raise PermissionDenied
    try:
        page.message_user(request, HELPS[what].act(request, who), messages.SUCCESS)
    except NotHelped as reason:
        page.message_user(request, str(reason), messages.ERROR)
    return redirect("admin:accounts_user_change", who.pk)
