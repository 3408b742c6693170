"""Nobody who must have a second factor gets anywhere without one."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from accounts.models import User
from accounts.services import factors

FREE = frozenset(
    {
        "settings-security",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "account_reauthenticate",
        "account_change_password",
        "account_set_password",
        "account_logout",
        "logout",
        "staff-sign-out",
        "language",
    }
)
"""Names of the pages on which a second factor is set up, and of the ways out."""


class SecondFactor:
    """Lead who lacks a second factor that is asked of them to where they set one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        # Pages for everybody are left alone; some of them must not even cost a query.
        if not getattr(view, "login_required", True) or not isinstance(request.user, User):
            return None
        match = request.resolver_match
        if not factors.are_missing(request.user) or (match and match.url_name in FREE):
            return None
        return redirect("settings-security")
