"""What an administrator says of a new API key."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.choices import Scope
from billing_portal.common.parts.shapes import Words

LASTING: dict[str, Words] = {
    "30": _("30 days"),
    "90": _("90 days"),
    "365": _("One year"),
    "": _("Until it is revoked"),
}
MONEY = {Scope.READ_BILLING, Scope.CHANGE_PAYMENT}


class KeyForm(forms.Form):
    """Name, scopes and end. An account that never paid has no money that a key could read."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What the key is for, such as a script.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("May"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    lasting = forms.ChoiceField(
        label=_("Valid for"), choices=list(LASTING.items()), required=False, initial="365"
    )

    def __init__(self, *args: Any, pays: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not pays:
            scopes = self.fields["scopes"]
            assert isinstance(scopes, forms.MultipleChoiceField)  # noqa: S101 - declared above
            scopes.choices = [(one.value, one.label) for one in Scope if one not in MONEY]

    def expires_at(self, now: datetime) -> datetime | None:
        """When the key that was asked for ends."""
        days = self.cleaned_data["lasting"]
        return now + timedelta(days=int(days)) if days else None
