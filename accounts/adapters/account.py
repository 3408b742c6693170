"""Passwords and sign-in as allauth does them, in our words, mails and audit trail."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import mail, passwords
from billing_portal.common import clock
from billing_portal.common.visitor import ip_address

SAID = {
    "account/messages/password_changed.txt": _(
        "Your password was changed. All other devices were signed out."
    ),
    "account/messages/password_set.txt": _("Your password was set."),
    "mfa/messages/totp_activated.txt": _("The authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app was removed."),
    "mfa/messages/webauthn_added.txt": _("The security key was added."),
    "mfa/messages/webauthn_removed.txt": _("The security key was removed."),
    "mfa/messages/recovery_codes_generated.txt": _(
        "These are your recovery codes. Keep them where you find them without this device."
    ),
    "usersessions/messages/sessions_logged_out.txt": _("All other devices were signed out."),
}
"""What we say after an act; of all else allauth is silent here."""
RESET = "account_reset_password_from_key"


class UnknownMail(LookupError):
    """allauth wants to send a mail for which we have no letter: a page was opened without one."""


class AccountAdapter(DefaultAccountAdapter):
    """The hooks of allauth, answered by our services."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your password."),
        "invalid_password_reset": _("This address no longer works."),
        "too_many_login_attempts": _(
            "There were too many wrong codes. Wait an hour, then try again."
        ),
        "rate_limited": _("There were too many wrong codes. Wait an hour, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return ip_address(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("settings-security")

    def get_reset_password_from_key_url(self, key: str) -> str:
        person, _dash, token = key.partition("-")
        return mail.link(RESET, person, token)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:  # noqa: ARG002
        return redirect("login")

    def reauthenticate(self, user: User, password: str) -> bool:
        """Check the password as signing in does, so that wrong ones count there."""
        return authenticate(context.request, username=user.email, password=password) == user

    def set_password(self, user: User, password: str) -> None:
        match = self.request.resolver_match
        by_mail = match is not None and match.url_name == RESET
        passwords.change(person=user, password=password, by_mail=by_mail, now=clock.now())

    def send_password_reset_mail(
        self,
        user: User,
        email: str,  # noqa: ARG002 - what was typed; the mail goes to the address we know
        context: dict[str, Any],
    ) -> None:
        passwords.offer(person=user, link=context["password_reset_url"], now=clock.now())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:  # noqa: ARG002
        raise UnknownMail(template_prefix)

    def add_message(  # noqa: PLR0917 - the signature of allauth
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,  # noqa: ARG002
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        said = message or SAID.get(message_template or "")
        if said:
            messages.add_message(request, level, said, extra_tags=extra_tags)
