"""What an organisation report is to hold."""

from django import forms
from django.utils.translation import gettext_lazy as _

from usage.selectors.organisation import DEFINITION, TYPE


class OrganisationForm(forms.Form):
    below = forms.ChoiceField(
        label=_("Organisations"),
        choices=[("", _("With sub-organisations")), ("no", _("Without sub-organisations"))],
        required=False,
    )
    by = forms.ChoiceField(
        label=_("Counts by"),
        choices=[("", _("None")), (DEFINITION, _("Thing definition")), (TYPE, _("Type"))],
        required=False,
    )
