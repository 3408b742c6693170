"""What people type at the door."""

import hashlib
from typing import TYPE_CHECKING, Any

from allauth.account.forms import ResetPasswordForm
from allauth.account.utils import perform_login
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing_portal.common.door import REMEMBERED

if TYPE_CHECKING:
    from allauth.mfa.base.forms import BaseAuthenticateForm as _CodeForm
else:
    _CodeForm = object

WRONG = _(
    "This e-mail address and password do not belong together. Both are checked as typed;"
    " capitals in the password count."
)
"""The same for an unknown address, a wrong password and somebody who may no longer come."""


class SignInForm(forms.Form):
    """Address and password; wrong ones are counted by axes, by (address, place)."""

    username = forms.CharField(max_length=254)
    password = forms.CharField(max_length=4096, strip=False)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.person: User | None = None

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if not self.errors:
            found = authenticate(
                self.request, username=values["username"], password=values["password"]
            )
            self.person = found if isinstance(found, User) else None
        if self.person is None:
            raise forms.ValidationError(WRONG)
        return values

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Go on with the second factor, if the person has one, or in."""
        response: HttpResponse = perform_login(request, self.person, redirect_url=redirect_url)
        return response


class _CodeOnce(_CodeForm):
    """A code of the app counts once. It is valid for a step before and after its own, for clocks
    that differ and people who type slowly; allauth would remember it for one step only.
    """

    def clean_code(self) -> str:
        code = str(super().clean_code())
        typed = hashlib.sha256(f"{self.user.pk} {code}".encode()).hexdigest()
        if not cache.add(f"meisai.code.{typed}", True, timeout=REMEMBERED):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondFactorForm(_CodeOnce, AuthenticateForm):
    """The code after the password."""


class ConfirmForm(_CodeOnce, ReauthenticateForm):
    """The code before something sensitive."""


class ResetForm(ResetPasswordForm):
    """Who forgot the password. Every address is answered alike."""

    def clean_email(self) -> str:
        address = str(self.cleaned_data["email"])
        self.users = list(User.objects.filter(email__iexact=address, is_active=True))
        return address
