"""Devices and everything about them that changes with time, as change points."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from billing_portal.common.changes import ChangePoint
from billing_portal.common.history import HistoricalRecords
from usage.choices import Coverage, DeviceKind, IdentifierKind, ReportType, Status


class Plan(models.Model):
    """A subscription or device plan. Its prices live in the catalogue of `invoices`."""

    code = models.CharField(_("code"), max_length=64)
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    kind = models.CharField(_("kind"), max_length=16, choices=DeviceKind.choices)
    name = models.CharField(_("name"), max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="plan_code_unique",
                violation_error_message=_("Another plan has this code."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Device(models.Model):
    """Anything with an identity. `key` is its id in the outside world, such as an IMSI.

    Definition and type divide the organisation report; like the name they have no dates.
    """

    kind = models.CharField(_("kind"), max_length=16, choices=DeviceKind.choices)
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    key = models.CharField(_("id"), max_length=128)
    name = models.CharField(_("name"), max_length=200, blank=True)
    definition = models.CharField(_("thing definition"), max_length=200, blank=True)
    report_type = models.CharField(
        _("type in reports"),
        max_length=8,
        choices=ReportType.choices,
        blank=True,
        help_text=_("Left empty, it follows from the kind of the device."),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="device_key_unique",
                violation_error_message=_("Another device has this id."),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class DeviceIdentifier(models.Model):
    """Another number of a device, such as the ICCID of its SIM. It names one device at most."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="identifiers")
    kind = models.CharField(_("kind"), max_length=8, choices=IdentifierKind.choices)
    value = models.CharField(_("identifier"), max_length=128)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("identifier of a device")
        verbose_name_plural = _("identifiers of devices")
        ordering = ["device", "kind", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value"],
                name="device_identifier_unique",
                violation_error_message=_("Another device has this identifier."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class DevicePoint(ChangePoint):
    """A change point of one device."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="+")

    class Meta(ChangePoint.Meta):
        abstract = True


class DeviceOwner(DevicePoint):
    """Whose device it is from this instant on."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("owner of a device")
        verbose_name_plural = _("owners of devices")
        constraints = [
            models.UniqueConstraint(
                fields=["device", "since"],
                name="device_owner_unique",
                violation_error_message=_("This device already changes its owner at that instant."),
            ),
        ]


class DevicePlan(DevicePoint):
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("plan of a device")
        verbose_name_plural = _("plans of devices")
        constraints = [
            models.UniqueConstraint(
                fields=["device", "since"],
                name="device_plan_unique",
                violation_error_message=_("This device already changes its plan at that instant."),
            ),
        ]


class DeviceStatus(DevicePoint):
    status = models.CharField(_("status"), max_length=12, choices=Status.choices)

    class Meta:
        verbose_name = _("status of a device")
        verbose_name_plural = _("statuses of devices")
        constraints = [
            models.UniqueConstraint(
                fields=["device", "since"],
                name="device_status_unique",
                violation_error_message=_("This device already changes status at that instant."),
            ),
        ]


class DeviceOption(DevicePoint):
    """An option such as `custom_dns`, switched on or off."""

    option = models.CharField(_("option"), max_length=64)
    enabled = models.BooleanField(_("enabled"))

    class Meta:
        verbose_name = _("option of a device")
        verbose_name_plural = _("options of devices")
        constraints = [
            models.UniqueConstraint(
                fields=["device", "option", "since"],
                name="device_option_unique",
                violation_error_message=_("This option already changes at that instant."),
            ),
        ]


class DeviceLabel(DevicePoint):
    """All tags of a device and the name of its group; both become CSV columns."""

    tags = models.JSONField(_("tags"), default=dict, blank=True)
    group = models.CharField(_("group"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("tags of a device")
        verbose_name_plural = _("tags of devices")
        constraints = [
            models.UniqueConstraint(
                fields=["device", "since"],
                name="device_label_unique",
                violation_error_message=_("The tags already change at that instant."),
            ),
        ]


class DeviceNow(models.Model):
    """What the change points of a device say at present: for lists and searches, never for bills.

    Kept in step by whoever writes a point, and by a tick for points that were dated in advance.
    Everything in it can be rebuilt: what holds from the points, and the rest from the device, which
    stands here again so that a list of many devices is filtered and sorted in this table alone.
    `search` has id, name, identifiers, group and `tag=value` as lines that searches look through.
    """

    device = models.OneToOneField(Device, models.PROTECT, primary_key=True, related_name="present")
    key = models.CharField(_("id"), max_length=128)
    kind = models.CharField(_("kind"), max_length=16, choices=DeviceKind.choices)
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    name = models.CharField(_("name"), max_length=200, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="+")
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, blank=True)
    status_since = models.DateTimeField(_("status since"), null=True)
    options = models.JSONField(_("options"), default=list)
    tags = models.JSONField(_("tags"), default=dict)
    group = models.CharField(_("group"), max_length=200, blank=True)
    search = models.TextField(blank=True)
    due_at = models.DateTimeField(
        null=True, db_index=True, help_text=_("When the next point dated in advance begins.")
    )

    class Meta:
        verbose_name = _("device at present")
        verbose_name_plural = _("devices at present")
        indexes = [
            models.Index(fields=["key"], name="device_now_key"),
            models.Index(fields=["account", "key"], name="device_now_account_key"),
            models.Index(fields=["account", "status"], name="device_now_account_status"),
            models.Index(fields=["account", "group"], name="device_now_account_group"),
        ]

    def __str__(self) -> str:
        return str(self.device_id)
