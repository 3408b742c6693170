"""The bases of addresses that ask who comes, and count how often."""

from typing import Any, ClassVar

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.api.callers import Caller, InScope
from accounts.choices import Scope
from accounts.services import limits
from billing_portal.common import clock
from billing_portal.common.api.views import DialectView
from billing_portal.common.visitor import ip_address


class PerMinute(BaseThrottle):
    """So many requests a minute by one key at one address; without a key, from one place."""

    seconds = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        caller = request.auth
        match = request._request.resolver_match
        self.seconds = limits.wait(
            who=caller.name if isinstance(caller, Caller) else ip_address(request._request),
            what=match.route if match else "",
            most=settings.API_LIMITS[view.limit],
            now=clock.now(),
        )
        return self.seconds == 0

    def wait(self) -> float:
        return self.seconds


class OpenView(DialectView):
    """An address for everybody: signing in."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = (PerMinute,)

    def get_authenticate_header(self, request: Request) -> str:
        return "Meisai"


class KeyView(DialectView):
    """An address for programs that have signed in and have the scope `needs`."""

    needs: ClassVar[Scope | None]
    permission_classes = (InScope,)
    throttle_classes = (PerMinute,)

    def scope(self, method: str) -> Scope | None:
        """What a caller must be allowed for a method."""
        return self.needs
