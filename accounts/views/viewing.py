"""Staff look at a customer's pages: beginning, stopping, and the guard while they look."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_POST

from accounts.models import Account, User
from accounts.services import viewing
from accounts.views.visit import may_look
from billing_portal.common import clock

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
STILL_DONE = {"view-as", "view-as-stop", "logout", "account_logout", "staff-sign-out"}
"""What who looks may do all the same: look elsewhere, look no more, sign out."""


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin to look at the account that the form names."""
    person = _staff(request)
    if not may_look(person):
        raise Http404
    account = get_object_or_404(Account, key=request.POST.get("account", "").replace("\0", ""))
    viewing.begin(
        session=request.session,
        person=person,
        account=account,
        reason=request.POST.get("reason", "").strip(),
        now=clock.now(),
    )
    return redirect("home")


@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Look no more, and go back to where it began."""
    account = viewing.end(session=request.session, person=_staff(request), now=clock.now())
    if account is None:
        return redirect("admin:index")
    return redirect("admin:accounts_account_change", account.pk)


def only_looking(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Refuse every change while staff look at a customer, whatever page it comes from.

    Staff pages are left out: there they act under their own name and with their own permissions.
    """

    def guarded(request: HttpRequest) -> HttpResponseBase:
        if request.method not in SAFE and viewing.look_of(request.session) and _changes(request):
            return render(request, "accounts/only_looking.html", status=403)
        return get_response(request)

    return guarded


def _changes(request: HttpRequest) -> bool:
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return False
    return "admin" not in match.namespaces and match.url_name not in STILL_DONE


def _staff(request: HttpRequest) -> User:
    """Who is not of the staff learns nothing of these addresses."""
    if not isinstance(request.user, User) or not request.user.is_staff:
        raise Http404
    return request.user
