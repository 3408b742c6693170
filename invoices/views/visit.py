"""Who is looking, and at which billing account: resolved once, at the top of every page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.access import Access, access_of
from accounts.models import Account, User
from billing_portal.common import clock
from billing_portal.common.periods import Month
from invoices.selectors import bills

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a signed-in person. `accounts` are the billing accounts they may see."""

    request: HttpRequest
    person: User
    access: Access
    now: datetime
    accounts: list[Account]

    @property
    def month(self) -> Month:
        return Month.of(self.now)

    def account(self, key: str | None) -> Account | None:
        """The account of this key, the first one without a key; None if there is none at all.

        Raises Account.DoesNotExist for a key that is not among them.
        """
        if key is None:
            return self.accounts[0] if self.accounts else None
        for account in self.accounts:
            if account.key == key:
                return account
        raise Account.DoesNotExist(key)

    def page(
        self, template: str, account: Account | None, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        """Draw a page of the portal: its own context, and what the frame around it needs."""
        frame = {"account": account, "accounts": self.accounts, "now": self.now}
        return render(self.request, template, frame | context, status=status)


def visited(
    view: Callable[Concatenate[Visit, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Give a view its visit; what the person may not see is not there (404)."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(visit_of(request), *args, **kwargs)
        except ObjectDoesNotExist as error:
            raise Http404 from error

    return wrapped


def visit_of(request: HttpRequest) -> Visit:
    """Resolve person, access and billing accounts of a request that has passed the login."""
    if not isinstance(request.user, User):
        raise Http404
    now = clock.now()
    access = access_of(request.user, month=Month.of(now))
    return Visit(
        request=request,
        person=request.user,
        access=access,
        now=now,
        accounts=bills.payers(access=access),
    )
