"""What staff type about devices: a new one, or what holds for one from an instant on.

A form only reads what was typed and hands it to one service. What the service refuses stands beside
the field that has to be mended.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from usage.forms.fields import (
    OptionsField,
    PlanField,
    SinceField,
    account_field,
    like,
    one_word,
    tags_field,
)
from usage.models import (
    Device,
    DeviceLabel,
    DeviceOption,
    DeviceStatus,
    Plan,
)
from usage.models.devices import DevicePoint
from usage.services import devices
from usage.services.devices import DeviceRefused, NewDevice

BESIDE: Mapping[type[DeviceRefused], str] = {
    devices.DeviceExists: "key",
    devices.DeviceTwice: "key",
    devices.NoSuchPlan: "plan",
    devices.PlanDoesNotFit: "plan",
    devices.DeviceNotThere: "since",
    devices.MoveNotAtMidnight: "since",
    devices.PointClosed: "since",
    devices.UnknownInstant: "since",
}


class DeviceForm(forms.Form):
    """Something that holds for a device from an instant on."""

    since = SinceField(label=_("Since"), help_text=_("In UTC."))

    def refuse(self, refusal: DeviceRefused) -> None:
        """Put what a service refused beside its field."""
        name = BESIDE.get(type(refusal))
        self.add_error(name if name in self.fields else None, str(refusal))

    def detail(self) -> dict[str, Any]:
        """What was typed, as plain JSON for the audit trail."""
        return {name: _plain(value) for name, value in self.cleaned_data.items()}


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case Account():
            return value.key
        case Plan():
            return value.code
        case tuple():
            return list(value)
    return value


class NewDeviceForm(DeviceForm):
    key = like(Device, "key", help_text=_("As its records name it, such as an IMSI."))
    kind = like(Device, "kind")
    coverage = like(Device, "coverage")
    name = like(Device, "name")
    definition = like(Device, "definition")
    report_type = like(Device, "report_type")
    account = account_field()
    plan = PlanField(
        Plan.objects.all(),
        label=_("Plan"),
        required=False,
        help_text=_(
            "Of the same kind and coverage. Without one it has no price that needs a plan."
        ),
    )
    status = like(DeviceStatus, "status")
    options = OptionsField(
        label=_("Options"),
        required=False,
        help_text=_("Those switched on, parted by commas or blanks, such as custom_dns."),
    )
    tags = tags_field()
    group = like(DeviceLabel, "group")

    field_order = ("key", "kind", "coverage", "name", "account", "plan", "status", "since")

    def save(self, *, now: datetime) -> Device:
        """Register the device. Raises DeviceRefused."""
        typed = dict(self.cleaned_data)
        account, plan = typed.pop("account"), typed.pop("plan")
        new = NewDevice(account_id=account.pk, plan_id=plan.pk if plan else None, **typed)
        (device,) = devices.register_devices(devices=[new], now=now)
        return device


class ChangeForm(DeviceForm):
    """One change of one device. `what` names it in addresses and in the audit trail."""

    what: ClassVar[str]
    title: ClassVar[Promise]

    field_order = ("status", "plan", "account", "option", "enabled", "tags", "group", "since")

    def __init__(self, data: Any = None, *, device: Device, now: datetime) -> None:
        self.device = device
        super().__init__(data, initial={"since": self.proposed(now), **self.standing()})

    def proposed(self, now: datetime) -> datetime:
        """When the change most likely begins."""
        return now

    def standing(self) -> dict[str, Any]:
        """What holds now, where a change keeps a part of it."""
        return {}

    def save(self, *, now: datetime) -> DevicePoint | None:
        """Record the change; None if it stood there already. Raises DeviceRefused."""
        raise NotImplementedError

    def in_words(self) -> str:
        """The new value, as the page after says it."""
        raise NotImplementedError


class StatusForm(ChangeForm):
    what, title = "status", _("Status")
    status = like(DeviceStatus, "status")

    def save(self, *, now: datetime) -> DevicePoint | None:
        return devices.set_status(device=self.device, now=now, **self.cleaned_data)

    def in_words(self) -> str:
        return str(
            dict(DeviceStatus._meta.get_field("status").flatchoices)[self.detail()["status"]]
        )


class PlanForm(ChangeForm):
    what, title = "plan", _("Plan")
    plan = PlanField(Plan.objects.all(), label=_("Plan"))

    def __init__(self, data: Any = None, *, device: Device, now: datetime) -> None:
        super().__init__(data, device=device, now=now)
        field: Any = self.fields["plan"]
        field.queryset = Plan.objects.filter(kind=device.kind, coverage=device.coverage)
        field.help_text = gettext("Plans for %(kind)s in coverage %(coverage)s.") % {
            "kind": device.get_kind_display(),
            "coverage": device.get_coverage_display(),
        }

    def save(self, *, now: datetime) -> DevicePoint | None:
        return devices.set_plan(device=self.device, now=now, **self.cleaned_data)

    def in_words(self) -> str:
        return str(self.cleaned_data["plan"])


class OwnerForm(ChangeForm):
    what, title = "owner", _("Owner")
    account = account_field()

    def proposed(self, now: datetime) -> datetime:
        """The next midnight: who is billed changes at midnight only, and today is being counted."""
        tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time.min, UTC)

    def save(self, *, now: datetime) -> DevicePoint | None:
        return devices.set_owner(device=self.device, now=now, **self.cleaned_data)

    def in_words(self) -> str:
        return str(self.cleaned_data["account"])


class OptionForm(ChangeForm):
    what, title = "option", _("Option")
    option = like(DeviceOption, "option", validators=[one_word], help_text=_("Such as custom_dns."))
    enabled = forms.TypedChoiceField(
        label=_("Switched"),
        choices=[("on", _("on")), ("off", _("off"))],
        coerce=lambda typed: typed == "on",
    )

    def save(self, *, now: datetime) -> DevicePoint | None:
        return devices.set_option(device=self.device, now=now, **self.cleaned_data)

    def in_words(self) -> str:
        switched = gettext("on") if self.cleaned_data["enabled"] else gettext("off")
        return f"{self.cleaned_data['option']} {switched}"


class LabelsForm(ChangeForm):
    """All tags and the group at once, so the form begins with those that stand."""

    what, title = "labels", _("Tags and group")
    tags = tags_field()
    group = like(DeviceLabel, "group")

    def standing(self) -> dict[str, Any]:
        points = DeviceLabel.objects.filter(device=self.device).order_by("-since")
        return dict(points.values("tags", "group").first() or {})

    def save(self, *, now: datetime) -> DevicePoint | None:
        return devices.set_labels(device=self.device, now=now, **self.cleaned_data)

    def in_words(self) -> str:
        words = [f"{name}={text}" for name, text in self.cleaned_data["tags"].items()]
        group = self.cleaned_data["group"]
        words += [gettext("group %s") % group] if group else []
        return ", ".join(words) or gettext("none")


CHANGES: Mapping[str, type[ChangeForm]] = {
    form.what: form for form in (StatusForm, PlanForm, OwnerForm, OptionForm, LabelsForm)
}
