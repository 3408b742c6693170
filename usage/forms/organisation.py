"""What an organisation report is to hold."""

from django import forms
from django.utils.translation import gettext_lazy as _

from usage.selectors.organisation import DEFINITION, TYPE


class OrganisationForm(forms.Form):
    below = forms.ChoiceField(
        label=_("Sub-organisations"),
        choices=[("", _("Included")), ("no", _("Left out"))],
        required=False,
    )
    by = forms.ChoiceField(
        label=_("Counts by"),
        choices=[("", _("None")), (DEFINITION, _("Thing definition")), (TYPE, _("Type"))],
        required=False,
    )
