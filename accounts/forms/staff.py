"""Forms for people, who are known by their e-mail address."""

from typing import TYPE_CHECKING

from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from accounts.models import User

if TYPE_CHECKING:
    _NewForm = AdminUserCreationForm[User]
    _ChangeForm = UserChangeForm[User]
else:
    _NewForm = AdminUserCreationForm
    _ChangeForm = UserChangeForm


class NewPersonForm(_NewForm):
    """Add a person; without a password they cannot sign in yet."""

    class Meta:
        model = User
        fields = ("email", "name", "language")


class PersonForm(_ChangeForm):
    class Meta:
        model = User
        fields = "__all__"
