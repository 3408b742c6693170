"""What customers type about devices on their device plans."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing_portal.common.staff import ActForm
from usage.choices import Status
from usage.forms.labels import RelabelForm
from usage.models import Plan
from usage.services.devices.labels import LONGEST_KEY, LONGEST_NAME

OTHER = {Status.ACTIVE: Status.INACTIVE, Status.INACTIVE: Status.ACTIVE}
"""What customers switch, each with what it becomes."""


class DeviceForm(ActForm):
    """A new device on one of the plans that the account has."""

    key = forms.CharField(
        label=_("Id"),
        max_length=LONGEST_KEY,
        help_text=_(
            "As its records name it. This one is made for it; write another if it has one."
        ),
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=LONGEST_NAME)
    plan = forms.ChoiceField(label=_("Kind and plan"))

    def __init__(self, data: Any, *, plans: Sequence[Plan], key: str) -> None:
        super().__init__(data, initial={"key": key})
        self.plans = {plan.code: plan for plan in plans}
        choices = [(plan.code, _words(plan)) for plan in plans]
        self.fields["plan"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Plan:
        return self.plans[self.cleaned_data["plan"]]


class SwitchForm(forms.Form):
    """What devices are to be, and of a list which ones."""

    to = forms.ChoiceField(choices=[(one, one.label) for one in OTHER])
    which = forms.ChoiceField(choices=RelabelForm.WHICH, required=False)


def _words(plan: Plan) -> str:
    return f"{plan.get_kind_display()}, {plan.get_coverage_display()}: {plan.name or plan.code}"
