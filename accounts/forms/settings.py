"""What people say of themselves and of each other in the settings."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.mail import WISHES
from accounts.models import User

if TYPE_CHECKING:
    _PersonForm = forms.ModelForm[User]
else:
    _PersonForm = forms.ModelForm


class ProfileForm(_PersonForm):
    """A person's own name, language and wishes for mails."""

    class Meta:
        model = User
        fields = ("name", "language", *WISHES)

    def wishes(self) -> "list[forms.BoundField]":
        return [self[name] for name in WISHES]


class AddressForm(forms.Form):
    """A new address for oneself."""

    email = forms.EmailField(label=_("New e-mail address"), max_length=254)

    def __init__(self, *args: Any, present: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = present

    def clean_email(self) -> str:
        address = str(self.cleaned_data["email"])
        if address == self.present:
            raise ValidationError(_("This is your present address."))
        return address


class RoleForm(forms.Form):
    """A role in an account."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.VIEWER)


class InvitationForm(RoleForm):
    """Who is invited, and the language of the mail."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Language of the mail"), choices=())
    field_order = ("email", "role", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)  # noqa: S101 - it is declared above
        language.choices = settings.LANGUAGES


class JoinForm(forms.Form):
    """Name and password of somebody who comes by an invitation."""

    name = forms.CharField(label=_("Name"), max_length=200)
    password1 = forms.CharField(label=_("Password"), max_length=4096, strip=False)
    password2 = forms.CharField(label=_("Password, again"), max_length=4096, strip=False)

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password1(self) -> str:
        password = str(self.cleaned_data["password1"])
        newcomer = User(email=self.email, name=self.cleaned_data.get("name", ""))
        validate_password(password, newcomer)
        return password

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        first, second = values.get("password1"), values.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords are not the same."))
        return values
