"""Who is looking, and at which account: resolved once, at the top of every page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from structlog.contextvars import bind_contextvars

from accounts.access import Access, access_as, access_of
from accounts.models import Account, User
from accounts.selectors import accounts
from accounts.services.viewing import VIEWING
from billing_portal.common import clock
from billing_portal.common.periods import Month

P = ParamSpec("P")
__all__ = ["VIEWING", "Visit", "address_of", "may_look", "visit_of", "visited"]


def address_of(account: Account, page: str) -> str:
    """The address of a page, by its name, with this account chosen."""
    return f"{reverse(page)}?{urlencode({'account': account.key})}"


@dataclass(frozen=True)
class Visit:
    """One request of a signed-in person.

    `viewing` is the account that staff look at as its people do; then nothing can be changed.
    """

    request: HttpRequest
    person: User
    access: Access
    now: datetime
    viewing: Account | None

    @property
    def month(self) -> Month:
        return Month.of(self.now)

    @cached_property
    def payers(self) -> list[Account]:
        """The accounts whose money the person sees."""
        return accounts.named(ids=self.access.money)

    @cached_property
    def own(self) -> list[Account]:
        """The accounts in which the person has a role."""
        return accounts.named(ids=self.access.own)

    def account(self, among: Sequence[Account]) -> Account | None:
        """The account that the address names, the first one if it names none; None if there is no
        account at all. Raises Account.DoesNotExist for a key that is not among them.
        """
        key = self.request.GET.get("account")
        if key is None:
            return among[0] if among else None
        for account in among:
            if account.key == key:
                return account
        raise Account.DoesNotExist(key)

    def managed(self) -> Account:
        """The account that the address names, if the person manages it. Raises DoesNotExist."""
        account = self.account([one for one in self.own if one.pk in self.access.manage])
        if account is None:
            raise Account.DoesNotExist
        return account

    def page(
        self,
        template: str,
        account: Account | None,
        *,
        among: Sequence[Account] = (),
        status: int = 200,
        **context: Any,
    ) -> HttpResponse:
        """Draw a page of the portal. `among` are the accounts that its switch offers."""
        if account is not None:
            bind_contextvars(account_id=account.pk)
        frame = {
            "account": account,
            "accounts": among,
            "access": self.access,
            "viewing": self.viewing,
            "now": self.now,
        }
        return render(self.request, template, frame | context, status=status)


def visited(
    view: Callable[Concatenate[Visit, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Give a view its visit; what the person may not see is not there (404)."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        visit = visit_of(request)
        if visit.viewing is not None and request.method not in {"GET", "HEAD"}:
            return visit.page("accounts/only_looking.html", visit.viewing, status=403)
        try:
            return view(visit, *args, **kwargs)
        except ObjectDoesNotExist as error:
            raise Http404 from error

    return wrapped


def visit_of(request: HttpRequest) -> Visit:
    """Resolve person and access of a request that has passed the login."""
    if not isinstance(request.user, User):
        raise Http404
    now = clock.now()
    month = Month.of(now)
    viewing = _viewing(request, request.user)
    if viewing is None:
        access = access_of(request.user, month=month)
    else:
        access = access_as(viewing, actor=request.user.email, month=month)
    return Visit(request=request, person=request.user, access=access, now=now, viewing=viewing)


def may_look(person: User) -> bool:
    """Who may look at the pages of customers: staff who see them on the staff pages."""
    return person.is_staff and person.has_perm("accounts.view_account")


def _viewing(request: HttpRequest, person: User) -> Account | None:
    """The account that staff look at; forgotten with the session, and with the right to."""
    if VIEWING not in request.session or not may_look(person):
        return None
    return Account.objects.filter(pk=request.session[VIEWING]).first()
